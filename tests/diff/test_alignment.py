"""Two sides on one clock: both begin at the same moment, and nothing else about them changes."""

import pytest

from dashboard.diff.alignment import align
from dashboard.diff.diff import Side, diff_sides
from dashboard.traces.span import Span
from tests.support.spans import SECOND_NS, START_NS, make_span

LATER_NS = 3_600 * SECOND_NS


def side(label: str, trace: int, start_ns: int) -> Side:
    client = make_span(
        1,
        trace,
        stage="client",
        start_ns=start_ns,
        end_ns=start_ns + SECOND_NS,
        attributes={
            "gatescope.run": label,
            "gatescope.client.connected_ns": start_ns + 10,
            "gatescope.overhead_ns": 77,
        },
    )
    view = make_span(2, trace, parent_id=client.span_id, start_ns=start_ns + 20, end_ns=start_ns + SECOND_NS // 2)
    return Side(label, "uvicorn", [[client, view]])


def sides_of(spans: list[Span]) -> tuple[Side, Side]:
    def one(key: str) -> Side:
        return Side(key, key, [[span for span in spans if span.server == key]])

    return one("a"), one("b")


def test_the_second_side_is_moved_to_the_start_of_the_first() -> None:
    first, second = sides_of(align(side("one", 1, START_NS), side("two", 2, START_NS + LATER_NS)))
    assert second.start_ns == first.start_ns == START_NS


def test_moments_move_with_their_span_and_lengths_stay() -> None:
    _, second = sides_of(align(side("one", 1, START_NS), side("two", 2, START_NS + LATER_NS)))
    attributes = second.clients[0].attributes
    assert attributes["gatescope.client.connected_ns"] == START_NS + 10
    assert attributes["gatescope.overhead_ns"] == 77


def test_the_comparison_is_the_same_before_and_after() -> None:
    before = side("one", 1, START_NS), side("two", 2, START_NS + LATER_NS)
    assert diff_sides(*sides_of(align(*before))).rows == diff_sides(*before).rows


def test_both_sides_are_one_take() -> None:
    spans = align(side("one", 1, START_NS), side("two", 2, START_NS + LATER_NS))
    assert {span.attributes["gatescope.run"] for span in spans if span.stage == "client"} == {"comparison"}


def test_one_request_cannot_stand_on_both_sides() -> None:
    with pytest.raises(ValueError, match="the same requests"):
        align(side("one", 1, START_NS), side("two", 1, START_NS))


def test_a_service_that_was_called_keeps_its_name() -> None:
    calling = side("one", 1, START_NS)
    asked = make_span(3, 1, stage="server", server="upstream")
    spans = align(Side("one", "uvicorn", [[*calling.traces[0], asked]]), side("two", 2, START_NS))
    assert next(span for span in spans if span.span_id == asked.span_id).server == "upstream"
