"""What a service's own spans say of it, and which answers follow."""

from typing import Any

import pytest

from dashboard.advice.evidence import gather_evidence, list_services
from dashboard.traces.span import Span
from tests.support.spans import SECOND_NS, START_NS, make_open, make_span


def _seconds(begin: float, end: float, **fields: Any) -> dict[str, Any]:
    """A stay of the shop, in seconds of its request."""
    times = {"start_ns": START_NS + int(begin * SECOND_NS), "end_ns": START_NS + int(end * SECOND_NS)}
    return {"server": "shop", **times, **fields}


def _request(trace: int, begin: float, end: float, **attributes: Any) -> Span:
    return make_span(1, trace, **_seconds(begin, end, stage="server", attributes=attributes))


def test_foreign_services_come_before_the_fleet_which_is_offered_only_alone() -> None:
    ours, foreign = make_span(1, 1, stage="server"), _request(2, 0, 1)
    assert list(list_services([ours, foreign], {"uvicorn"})) == ["shop"]
    assert list(list_services([ours], {"uvicorn"})) == ["uvicorn"]
    assert gather_evidence([ours], "shop") is None


def test_what_waits_side_by_side_counts_once_and_never_beyond_the_request() -> None:
    spans = [
        _request(1, 0, 10),
        make_span(2, 1, **_seconds(1, 4, stage="query")),
        make_span(3, 1, **_seconds(2, 5, stage="call")),
        make_span(4, 1, **_seconds(9, 12, stage="call")),
    ]
    found = gather_evidence(spans, "shop")
    assert found is not None
    assert found.waiting == pytest.approx(0.5)
    assert found.answers()["work"] == "mixed"


def test_a_request_that_the_project_s_own_instrument_tells_of_as_well_counts_once() -> None:
    ours = _request(1, 0, 10, **{"gatescope.interface": "wsgi"})
    theirs = make_span(2, 1, **_seconds(0.1, 9.9, stage="server"))
    foreign = make_span(3, 2, **_seconds(0, 1, stage="server"))
    assert [found.requests for found in (gather_evidence([theirs, ours, foreign], "shop"),) if found] == [2]


def test_the_most_that_were_inside_at_once_is_the_traffic() -> None:
    found = gather_evidence([_request(number, number, number + 2.5) for number in range(1, 20)], "shop")
    assert found is not None
    assert (found.requests, found.at_once) == (19, 3)
    assert found.answers()["traffic"] == "few"
    crowd = gather_evidence([_request(number, 0, 1) for number in range(1, 12)], "shop")
    assert crowd is not None
    assert crowd.answers()["traffic"] == "dozens"


def test_a_websocket_is_no_request_and_an_open_request_is_not_counted_yet() -> None:
    spans = [
        _request(1, 0, 100),
        make_span(2, 1, **_seconds(0, 100, stage="session")),
        make_open(1, 2, server="shop", stage="server"),
    ]
    found = gather_evidence(spans, "shop")
    assert found is not None
    assert (found.requests, found.sessions, found.answers()) == (0, 1, {"live": "websockets"})


def test_middleware_that_crosses_under_asgi_is_named_and_counted() -> None:
    crossing = {
        "gatescope.crossing.reason": "sync middleware",
        "gatescope.crossing.function": "shop.middleware.Old.process_request",
    }
    spans = [
        _request(1, 0, 1, **{"gatescope.interface": "asgi"}),
        make_span(2, 1, **_seconds(0, 1, stage="crossing", attributes=crossing)),
        make_span(3, 1, **_seconds(0, 1, stage="view", attributes={"gatescope.mode": "async"})),
    ]
    found = gather_evidence(spans, "shop")
    assert found is not None
    assert {"code": "async", "middleware": "sync"}.items() <= found.answers().items()
    said = " ".join(found.sentences())
    assert "1 request and 0 WebSockets" in said
    assert "Middleware that switched to a thread: Old." in said
    assert "sync middleware 1" in said
