"""Which requests are printed: the first of each server, in the order in which they were fired."""

import pytest

from dashboard.recordings.handout import DEFAULT_FIRST, MOST, parse_first, select_spans
from tests.recordings.recorded import request_spans
from tests.support.spans import make_span


def test_of_each_server_the_first_requests_are_taken_whole() -> None:
    spans = [span for number in (1, 2, 3) for span in request_spans(number)]
    other = request_spans(4, server="gunicorn-sync")
    found = select_spans(spans + other, 2)
    assert {int(span.trace_id, 16) for span in found} == {1, 2, 4}
    assert len(found) == 9


def test_the_order_is_that_in_which_they_were_fired() -> None:
    late = make_span(1, 1, stage="client", attributes={"gatescope.index": 2})
    early = make_span(2, 2, stage="client", start_ns=late.start_ns + 5, attributes={"gatescope.index": 1})
    assert select_spans([late, early], 1) == [early]


def test_a_message_of_a_websocket_is_no_request() -> None:
    message, request = make_span(1, 1, stage="message"), make_span(2, 2, stage="server")
    assert select_spans([message, request], 1) == [request]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("5", 5),
        ("0", 1),
        ("999", MOST),
        ("", DEFAULT_FIRST),
        ("-1", DEFAULT_FIRST),
        ("x", DEFAULT_FIRST),
        ("9" * 9999, DEFAULT_FIRST),
    ],
)
def test_how_many_are_wanted_is_kept_in_bounds(text: str, first: int) -> None:
    assert parse_first(text) == first
