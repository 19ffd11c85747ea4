"""A worker that is killed: its requests end on the stage as what they are, and the server goes on."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.fleet.helpers import wait_until
from tests.probes.servers import serving
from tests.support.demo import Gatescope, gatescope

SERVERS = ("gunicorn-sync", "uvicorn")
DIED_WITHIN_S = 15
LONG_S = 30


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatescope]:
    with gatescope(tmp_path_factory.mktemp("death"), *SERVERS) as running:
        yield running


def spans_of(demo: Gatescope, trace_id: str) -> list[dict[str, Any]]:
    answer = demo.http.get(f"/traces/{trace_id}")
    spans: list[dict[str, Any]] = answer.json()["spans"] if answer.status_code == 200 else []
    return spans


def view_of(demo: Gatescope, trace_id: str) -> dict[str, Any] | None:
    return next((span for span in spans_of(demo, trace_id) if span["stage"] == "view"), None)


@pytest.mark.parametrize("server", SERVERS)
def test_a_request_whose_worker_is_killed_has_died_and_the_next_one_is_answered(demo: Gatescope, server: str) -> None:
    fired = demo.post("/runs", {"server": server, "scenario": "wait", "seconds": LONG_S}).json()
    assert wait_until(lambda: bool(_requests(demo, fired["id"], server)), 10)
    [request] = _requests(demo, fired["id"], server)
    trace_id = request["trace_id"]
    assert wait_until(lambda: view_of(demo, trace_id) is not None, 10)
    view = view_of(demo, trace_id)
    assert view is not None
    assert view["end_ns"] is None

    killed = demo.post(f"/fleet/{server}/kill-worker")
    assert killed.status_code == 200
    pid = view["attributes"]["process.pid"]
    assert killed.json()["killed"] == pid
    assert wait_until(lambda: all(span["end_ns"] is not None for span in spans_of(demo, trace_id)), DIED_WITHIN_S)

    spans = spans_of(demo, trace_id)
    dead = [span for span in spans if span["stage"] in {"server", "handler", "view"}]
    assert len(dead) == 3
    for span in dead:
        assert span["attributes"]["gatescope.died"] is True
        assert span["attributes"]["otel.status_description"].startswith(f"died with worker {pid} after ")
    [client] = [span for span in spans if span["stage"] == "client"]
    assert "closed the connection without an answer" in client["attributes"]["error.type"]

    assert wait_until(lambda: demo.states()[server] == "running", 30)
    assert wait_until(lambda: _answers(demo, server), 30)
    assert demo.run([server], "hello")["servers"][server]["requests"][0]["pid"] != pid


def test_a_request_that_was_answered_has_not_died_with_its_worker(demo: Gatescope) -> None:
    trace_id = f"{time.time_ns():032x}"
    with serving("waitress", f"{demo.url}/v1/traces") as server:
        headers = {"traceparent": f"00-{trace_id}-{'1' * 16}-01"}
        assert httpx.get(f"{server.url}/slow-close", headers=headers, trust_env=False).text == "the whole answer"
        assert wait_until(lambda: "close" in _said(demo, trace_id), 10)
        server.process.kill()
        assert wait_until(lambda: all(span["end_ns"] for span in spans_of(demo, trace_id)), DIED_WITHIN_S)
    [request] = [span for span in spans_of(demo, trace_id) if span["stage"] == "server"]
    assert request["attributes"]["gatescope.end_not_told"] is True
    assert request["attributes"]["http.response.status_code"] == 200
    assert request["status"] == "unset"
    assert "gatescope.died" not in request["attributes"]


def _said(demo: Gatescope, trace_id: str) -> list[str]:
    servers = [span for span in spans_of(demo, trace_id) if span["stage"] == "server"]
    return servers[0]["attributes"].get("gatescope.conversation", []) if servers else []


def _requests(demo: Gatescope, run_id: str, server: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        demo.http.get(f"/runs/{run_id}").json()["servers"].get(server, {}).get("requests", [])
    )
    return found


def _answers(demo: Gatescope, server: str) -> bool:
    url = demo.http.get("/healthz").json()["servers"][server]["url"]
    try:
        return httpx.get(f"{url}/hello/", trust_env=False, timeout=2).status_code == 200
    except httpx.TransportError:
        time.sleep(0.1)
        return False


def test_a_server_that_does_not_run_has_no_worker_to_kill(demo: Gatescope) -> None:
    refused = demo.post("/fleet/daphne/kill-worker")
    assert refused.status_code == 409
    assert refused.json()["error"] == "daphne is stopped: it has no worker to kill."


def test_a_worker_is_only_killed_by_the_page_itself(demo: Gatescope) -> None:
    refused = httpx.post(f"{demo.url}/fleet/uvicorn/kill-worker", headers={"accept": "application/json"})
    assert refused.status_code == 403


@pytest.mark.timeout(180)
def test_a_worker_timeout_kills_a_sync_worker_and_leaves_the_others_alone(demo: Gatescope) -> None:
    """Lesson 16. The servers start when they are fired at; a loaded machine may be slow, but not by seconds."""
    assert demo.states()["gunicorn-sync-timeout"] == "stopped"
    names = [f"gunicorn-{kind}-timeout" for kind in ("sync", "gthread", "asgi")]
    servers = demo.run(names, "wait", seconds=5)["servers"]
    [killed], *others = [servers[name]["requests"] for name in names]
    assert killed["status"] == 500
    assert 2 <= killed["total_s"] < 4.5
    assert [[request["status"] for request in requests] for requests in others] == [[200], [200]]
    assert all(request["total_s"] >= 5 for requests in others for request in requests)

    [view] = [span for span in spans_of(demo, killed["trace_id"]) if span["stage"] == "view"]
    assert view["attributes"]["gatescope.died"] is True
    sentence = view["attributes"]["otel.status_description"]
    assert sentence.startswith(f"died with worker {killed['pid']} after ")
    assert demo.run(names[:1], "hello")["servers"][names[0]]["requests"][0]["pid"] != killed["pid"]
