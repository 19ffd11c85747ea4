"""Through nginx: every server behind it, what it measured on the stage, and what it says when a server is away."""

from typing import Any

import pytest

from dashboard.fleet.table import SERVERS
from tests.support.demo import Gatescope

BEHIND = [*(entry.name for entry in SERVERS if entry.interface != "proxy" and not entry.on_demand), "flask"]
MS = 1_000_000


def _fired(demo: Gatescope, server: str, scenario: str = "hello", **fields: Any) -> tuple[dict[str, Any], Any]:
    """The one request of a run through a proxy, and the spans of its trace by stage, the first of each."""
    run = demo.run([server], scenario, **{"via": "nginx", **fields})
    (request,) = run["servers"][server]["requests"]
    spans = demo.http.get(f"/traces/{request['trace_id']}").json()["spans"]
    return request, {span["stage"]: span for span in reversed(spans)}


@pytest.mark.parametrize("server", BEHIND)
def test_each_server_answers_behind_nginx_and_its_stages_add_up(demo: Gatescope, server: str) -> None:
    request, stages = _fired(demo, server)
    assert (request["status"], request["error"]) == (200, "")
    assert sum(request["stages"].values()) == pytest.approx(request["total_s"], rel=0.05)
    proxy = stages["proxy"]
    assert (proxy["server"], proxy["status"]) == (server, "unset")
    assert proxy["parent_id"] == stages["client"]["span_id"]
    assert proxy["attributes"]["gatescope.proxy.upstream_status"] == "200"


def test_a_run_says_which_way_it_went(demo: Gatescope) -> None:
    assert demo.run(["uvicorn"], "hello", via="nginx-http10")["via"] == "nginx-http10"
    assert demo.run(["uvicorn"], "hello")["via"] == ""


@pytest.mark.parametrize("server", ["gunicorn-sync", "uwsgi", "uvicorn"])
def test_the_queue_begins_where_nginx_handed_over_and_not_where_the_client_sent(demo: Gatescope, server: str) -> None:
    _, stages = _fired(demo, server)
    queue = stages["queue"]
    # nginx writes whole milliseconds; the client, when it fires directly, microseconds.
    assert queue["start_ns"] % MS == 0
    assert queue["start_ns"] >= stages["proxy"]["start_ns"]
    assert queue["start_ns"] + MS >= stages["client"]["attributes"]["gatescope.client.connected_ns"]


@pytest.mark.parametrize(
    ("way", "server", "version", "to_client"),
    [
        ("nginx-h2", "uvicorn", "1.1", "2"),
        ("nginx", "uvicorn", "1.1", "1.1"),
        ("nginx-http10", "uvicorn", "1.0", "1.1"),
        ("nginx", "gunicorn-sync", "1.1", "1.1"),
    ],
)
def test_the_server_sees_the_protocol_that_nginx_speaks(
    demo: Gatescope, way: str, server: str, version: str, to_client: str
) -> None:
    request, stages = _fired(demo, server, via=way)
    assert stages["server"]["attributes"]["network.protocol.version"] == version
    assert stages["proxy"]["attributes"]["network.protocol.version"] == to_client
    assert request["protocol"] == to_client


@pytest.mark.parametrize(
    ("scenario", "status", "served_by"),
    [("hello", 200, "gunicorn-sync"), ("chat", 101, "uvicorn"), ("notifications", 200, "uvicorn")],
)
def test_a_hybrid_sends_what_lives_long_to_asgi_and_the_rest_to_wsgi(
    demo: Gatescope, scenario: str, status: int, served_by: str
) -> None:
    request, stages = _fired(demo, "gunicorn-sync", scenario, via="nginx-hybrid")
    assert request["status"] == status
    assert {stages[stage]["server"] for stage in ("proxy", "server")} == {served_by}


@pytest.mark.parametrize(("way", "status"), [("nginx", 101), ("nginx-no-upgrade", 404)])
def test_a_websocket_needs_two_headers_of_nginx(demo: Gatescope, way: str, status: int) -> None:
    request, _ = _fired(demo, "daphne", "chat", via=way)
    assert request["status"] == status


def test_a_server_that_is_away_is_a_502_on_the_stage(demo: Gatescope) -> None:
    demo.post("/fleet/hypercorn/stop").raise_for_status()
    try:
        request, stages = _fired(demo, "hypercorn")
    finally:
        demo.post("/fleet/hypercorn/start").raise_for_status()
    assert (request["status"], stages.keys()) == (502, {"client", "proxy"})
    assert stages["proxy"]["status"] == "error"
    assert stages["proxy"]["attributes"]["error.type"] == "the server refused the connection"
    assert sum(request["stages"].values()) == pytest.approx(request["total_s"], rel=0.05)


def test_a_server_that_does_not_answer_in_time_is_a_504_on_the_stage(demo: Gatescope) -> None:
    request, stages = _fired(demo, "uvicorn", "wait-async", seconds=2, via="nginx-impatient")
    assert request["status"] == 504
    assert stages["proxy"]["status"] == "error"
    assert stages["proxy"]["attributes"]["error.type"] == "the server did not answer in time"
    assert 0.9 < request["stages"]["view"] < request["total_s"] < 1.9


def test_nginx_that_does_not_run_is_one_sentence(demo: Gatescope) -> None:
    demo.post("/fleet/nginx/stop").raise_for_status()
    try:
        refused = demo.post("/runs", {"server": "uvicorn", "scenario": "hello", "via": "nginx"})
        assert (refused.status_code, refused.json()["error"]) == (
            409,
            "nginx is stopped: start it in the servers panel.",
        )
    finally:
        demo.post("/fleet/nginx/start").raise_for_status()


def test_the_command_line_goes_the_same_way(demo: Gatescope) -> None:
    fired = demo.command("fire", "uwsgi", "hello", "--via", "nginx", "--url", demo.url)
    assert (fired.returncode, "1     200" in fired.stdout) == (0, True), fired.stderr
