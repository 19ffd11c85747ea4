"""When a coroutine ran, from the flat list that the probes send; nothing of a list that others made up."""

import pytest

from dashboard.traces.coroutine import coroutine_turns
from dashboard.traces.span import AttributeValue
from tests.support.spans import START_NS, make_span


def turns(slices: AttributeValue, **more: AttributeValue) -> list[tuple[int, int]]:
    span = make_span(start_ns=START_NS, attributes={"gatescope.slices": slices, **more})
    return [(start_ns - START_NS, end_ns - START_NS) for start_ns, end_ns in coroutine_turns(span)]


def test_starts_and_lengths_become_turns_in_unix_time() -> None:
    assert turns([0, 10, 50, 5]) == [(0, 10), (50, 55)]


def test_the_last_turn_of_many_is_no_turn_but_all_the_rest() -> None:
    assert turns([0, 10, 50, 5], **{"gatescope.slices_merged": 3}) == [(0, 10)]


def test_a_span_without_a_coroutine_has_no_turns() -> None:
    assert list(coroutine_turns(make_span())) == []


@pytest.mark.parametrize(
    ("slices", "expected"), [("x", []), ([1], []), (["a", 2, 7, 1], [(7, 8)]), ([3, None], []), ([4, -9], [(4, 4)])]
)
def test_what_is_malformed_is_left_out(slices: AttributeValue, expected: list[tuple[int, int]]) -> None:
    assert turns(slices) == expected
