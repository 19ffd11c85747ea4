"""A server behind nginx dies while it answers: 502 before the answer began, else an answer that is incomplete."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.fleet.helpers import wait_until
from tests.support.demo import Gatescope

BROKE_OFF = "the server broke off in the middle of the answer"
LONG_S = 20

Request = dict[str, Any]
Spans = dict[str, dict[str, Any]]


def _killed(
    demo: Gatescope, server: str, scenario: str, via: str, moment: Callable[[Request, Spans], bool]
) -> tuple[dict[str, Any], Request, Spans]:
    """Fire one long request, kill its worker at that moment; the server's figures, the request and its spans."""
    fired = demo.fire([server], scenario, via=via, seconds=LONG_S)

    def come() -> bool:
        requests = demo.http.get(f"/runs/{fired}").json()["servers"].get(server, {}).get("requests", [])
        return bool(requests) and moment(requests[0], _spans(demo, requests[0]))

    assert wait_until(come, 15)
    demo.post(f"/fleet/{server}/kill-worker").raise_for_status()
    figures = demo.finished(fired)["servers"][server]
    assert wait_until(lambda: _answers(demo, server), 30)
    (request,) = figures["requests"]
    return figures, request, _spans(demo, request)


def _is_being_answered(request: Request, spans: Spans) -> bool:
    """The client has a part of the answer, and the server has told of it: what was not told nobody knows of."""
    return bool(request["chunks_s"]) and {"server", "response"} <= spans.keys()


def _spans(demo: Gatescope, request: Request) -> Spans:
    answer = demo.http.get(f"/traces/{request['trace_id']}")
    return {span["stage"]: span for span in answer.json()["spans"]} if answer.status_code == 200 else {}


def _answers(demo: Gatescope, server: str) -> bool:
    state = demo.http.get("/healthz").json()["servers"][server]
    try:
        return state["state"] == "running" and httpx.get(f"{state['url']}/hello/", trust_env=False).is_success
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(
    ("server", "scenario", "via", "seen"),
    [
        ("gunicorn-sync", "stream", "nginx", "peer closed connection without sending complete message body"),
        ("uvicorn", "stream-async", "nginx", "peer closed connection without sending complete message body"),
        ("gunicorn-sync", "stream", "nginx-h2", "it reset the stream"),
    ],
)
@pytest.mark.timeout(120)
def test_an_answer_whose_server_dies_is_incomplete(
    demo: Gatescope, server: str, scenario: str, via: str, seen: str
) -> None:
    figures, request, spans = _killed(demo, server, scenario, via, _is_being_answered)
    assert (figures["errors"], request["status"]) == (1, 200)
    assert request["error"].startswith(f"nginx in front of {server} broke off: {seen}")
    assert spans["client"]["status"] == "error"
    assert (spans["proxy"]["status"], spans["proxy"]["attributes"]["error.type"]) == ("error", BROKE_OFF)
    assert all(spans[stage]["attributes"]["gatescope.died"] is True for stage in ("server", "response"))
    assert 0 < spans["proxy"]["end_ns"] - spans["proxy"]["start_ns"] < LONG_S * 1e9


@pytest.mark.parametrize(("server", "scenario"), [("gunicorn-sync", "wait"), ("uvicorn", "wait-async")])
@pytest.mark.timeout(120)
def test_a_server_that_dies_before_its_answer_is_a_502_that_says_why(
    demo: Gatescope, server: str, scenario: str
) -> None:
    figures, request, spans = _killed(demo, server, scenario, "nginx", lambda _, spans: "view" in spans)
    why = "the server broke off without an answer"
    assert (figures["errors"], request["status"], request["error"]) == (1, 502, f"nginx: {why}")
    assert (spans["proxy"]["status"], spans["proxy"]["attributes"]["error.type"]) == ("error", why)
    assert spans["client"]["attributes"]["http.response.status_code"] == 502
    assert spans["view"]["attributes"]["gatescope.died"] is True
    assert request["view_s"] < LONG_S
