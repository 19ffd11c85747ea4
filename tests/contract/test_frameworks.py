"""FastAPI, Starlette and Flask, watched by the probes alone: started by their first order, shown and measured."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.demo import Gatescope, gatescope

ASGI = ("fastapi", "starlette")
ALL = (*ASGI, "flask")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatescope]:
    with gatescope(tmp_path_factory.mktemp("frameworks"), "uvicorn") as running:
        # On demand: nobody started them.
        assert {name: running.states()[name] for name in ALL} == dict.fromkeys(ALL, "stopped")
        yield running


@pytest.fixture(scope="module")
def fired(demo: Gatescope) -> dict[str, dict[str, Any]]:
    servers: dict[str, dict[str, Any]] = demo.run(ALL, "wait", count=10)["servers"]
    return servers


def spans_of(demo: Gatescope, request: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The spans of a request by stage."""
    spans = demo.http.get(f"/traces/{request['trace_id']}").json()["spans"]
    return {span["stage"]: span for span in spans}


def test_ten_waits_share_four_threads_under_wsgi_and_a_pool_of_forty_under_asgi(
    fired: dict[str, dict[str, Any]],
) -> None:
    for server in ALL:
        assert [request["status"] for request in fired[server]["requests"]] == [200] * 10
    assert 2.9 <= fired["flask"]["last_s"] <= 8
    assert all(0.99 <= fired[server]["last_s"] <= 2.9 for server in ASGI)


def test_where_the_view_ran_is_said_only_where_it_is_known(fired: dict[str, dict[str, Any]]) -> None:
    assert {server: fired[server]["threads"] for server in ALL} == {"fastapi": 0, "starlette": 0, "flask": 4}
    assert {fired[server]["view_s"] for server in ALL} == {None}


@pytest.mark.parametrize("server", ALL)
def test_the_generic_stages_and_the_route_are_seen(
    demo: Gatescope, fired: dict[str, dict[str, Any]], server: str
) -> None:
    spans = spans_of(demo, fired[server]["requests"][0])
    assert spans.keys() == {"client", "queue", "server", "response"}
    assert spans["server"]["attributes"]["http.route"] == "/wait/"
    assert spans["server"]["end_ns"] - spans["server"]["start_ns"] > 0.99e9


@pytest.mark.parametrize("server", ASGI)
def test_the_endpoint_is_named_where_the_framework_says_it(
    demo: Gatescope, fired: dict[str, dict[str, Any]], server: str
) -> None:
    spans = spans_of(demo, fired[server]["requests"][0])
    assert spans["server"]["attributes"]["code.function.name"] == f"samples.{server}_app.wait"
    assert spans["server"]["attributes"]["gatescope.code"].lstrip().startswith(("def wait", "async def wait", "@"))


@pytest.mark.parametrize("server", ALL)
@pytest.mark.parametrize(
    ("scenario", "status"),
    [("hello", 200), ("wait-async", 200), ("wait-blocking", 200), ("cpu", 200), ("error", 500)],
)
@pytest.mark.usefixtures("fired")
def test_every_scenario_of_the_frameworks_is_answered(
    demo: Gatescope, server: str, scenario: str, status: int
) -> None:
    (request,) = demo.run([server], scenario, seconds=0.1)["servers"][server]["requests"]
    assert request["status"] == status


@pytest.mark.parametrize("server", ALL)
def test_a_scenario_that_a_framework_has_not_is_refused_with_those_that_it_has(demo: Gatescope, server: str) -> None:
    refused = demo.post("/runs", {"server": server, "scenario": "template"})
    assert refused.status_code == 400
    assert refused.json()["error"].startswith(f"{server} has no scenario 'template': choose from hello, wait,")


@pytest.mark.parametrize("server", ALL)
@pytest.mark.usefixtures("fired")
def test_bad_seconds_are_one_sentence(demo: Gatescope, server: str) -> None:
    url = demo.http.get("/healthz").json()["servers"][server]["url"]
    answer = httpx.get(f"{url}/wait/?seconds=x", trust_env=False)
    assert answer.status_code == 400
    assert "seconds must be a number from 0 to 30, not 'x'." in answer.text
    assert httpx.get(f"{url}/nothing/", trust_env=False).status_code == 404
