"""Whether a request was answered, from spans of which some never told their end."""

from collections.abc import Sequence
from typing import Any

import pytest

from dashboard.traces.completion import completed_ns, find_request
from dashboard.traces.span import Span
from tests.support.spans import START_NS, make_open, make_span

MS = 1_000_000


def open_request(*said: tuple[str, int, int, bool], **attributes: Any) -> Span:
    """A request that is open; of what was said: what, after how many ms, how long it took, whether more follows."""
    conversation = {
        "gatescope.conversation": [what for what, *_ in said],
        "gatescope.conversation.at_ns": [at * MS for _, at, _, _ in said],
        "gatescope.conversation.took_ns": [took * MS if took >= 0 else took for _, _, took, _ in said],
        "gatescope.conversation.more": [more for *_, more in said],
    }
    return make_open(1, stage="server", start_ns=START_NS, attributes={**conversation, **attributes})


@pytest.mark.parametrize(
    ("said", "after_ms"),
    [
        ([("environ", 0, 0, False), ("start_response", 1, 0, False), ("piece", 2, 3, False)], None),
        ([("environ", 0, 0, False), ("piece", 2, 3, False), ("StopIteration", 5, 0, False)], 5),
        ([("environ", 0, 0, False), ("file", 2, 0, False)], None),
        ([("environ", 0, 0, False), ("file", 2, 0, False), ("close", 7, -1, False)], 7),
        ([("http.response.start", 1, 0, False), ("http.response.body", 2, 1, True)], None),
        ([("http.response.start", 1, 0, False), ("http.response.body", 2, -1, False)], None),
        ([("http.response.start", 1, 0, False), ("http.response.body", 2, 4, False)], 6),
        ([("http.response.start", 1, 0, False), ("http.response.pathsend", 2, 4, False)], 6),
        ([("websocket.accept", 1, 0, False), ("websocket.send", 2, 0, False)], None),
        ([("websocket.accept", 1, 0, False), ("websocket.close", 2, 1, False)], 3),
        ([("websocket.accept", 1, 0, False), ("websocket.disconnect", 2, 1, False)], 3),
    ],
)
def test_an_answer_is_complete_when_nothing_more_of_it_is_to_come(
    said: Sequence[tuple[str, int, int, bool]], after_ms: int | None
) -> None:
    request = open_request(*said)
    assert completed_ns(request, [request]) == (None if after_ms is None else START_NS + after_ms * MS)


def test_a_request_that_failed_or_whose_client_left_was_not_answered() -> None:
    last = ("close", 5, -1, False)
    left = open_request(last, **{"gatescope.client_left_ns": START_NS})
    assert completed_ns(left, [left]) is None
    failed = make_open(1, stage="server", status="error", attributes=open_request(last).attributes)
    assert completed_ns(failed, [failed]) is None


@pytest.mark.parametrize(
    ("fields", "was_heard"),
    [
        ({"attributes": {"http.response.status_code": 200}}, True),
        ({"attributes": {"http.response.status_code": 502}}, False),
        ({"attributes": {"http.response.status_code": 200}, "status": "error"}, False),
        ({"attributes": {}}, False),
        ({"attributes": {"http.response.status_code": 200}, "end_ns": None}, False),
    ],
)
def test_a_caller_that_has_the_answer_knows_it_better_than_a_server_that_is_gone(
    fields: dict[str, Any], was_heard: bool
) -> None:
    caller = make_span(9, stage="client", **fields)
    request = make_open(1, stage="server", parent_id=caller.span_id)
    assert completed_ns(request, [caller, request]) == (caller.end_ns if was_heard else None)


def test_a_span_belongs_to_the_request_of_its_own_process() -> None:
    instance = {"service.instance.id": "here"}
    outer = make_open(1, stage="server", attributes={"service.instance.id": "elsewhere"})
    call = make_open(2, stage="call", parent_id=outer.span_id, attributes=outer.attributes)
    inner = make_open(3, stage="server", parent_id=call.span_id, attributes=instance)
    view = make_open(4, parent_id=inner.span_id, attributes=instance)
    trace = [outer, call, inner, view]
    assert find_request(view, trace) == inner
    assert find_request(call, trace) == outer
    assert find_request(make_open(5, parent_id=call.span_id, attributes=instance), trace) is None


def test_hostile_parents_and_lists_are_no_answer() -> None:
    one, other = make_open(1, parent_id=f"{2:016x}"), make_open(2, parent_id=f"{1:016x}")
    assert find_request(one, [one, other]) is None
    odd = make_open(1, stage="server", attributes={"gatescope.conversation": ["close"]})
    assert completed_ns(odd, [odd]) is None
    odd = open_request(("close", 1, 1, False))
    odd = make_open(1, stage="server", attributes={**odd.attributes, "gatescope.conversation.at_ns": ["soon"]})
    assert completed_ns(odd, [odd]) is None
