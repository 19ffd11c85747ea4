"""Intervals share a row only where a viewer can tell them apart: one after the other, or within their own trace."""

from dashboard.interchange.row_packing import Interval, pack_rows


def rows(*intervals: tuple[str, int, int]) -> list[int]:
    """The row of each interval, in the order in which they are packed: by start, the longest first."""
    return [row for _, row in pack_rows(Interval(*one) for one in intervals)]


def test_one_after_the_other_share_a_row() -> None:
    assert rows(("a", 0, 10), ("b", 10, 20), ("c", 25, 30)) == [0, 0, 0]


def test_what_is_within_another_of_its_trace_shares_its_row() -> None:
    assert rows(("a", 0, 10), ("a", 2, 8), ("a", 3, 4)) == [0, 0, 0]


def test_what_overlaps_has_a_row_of_its_own() -> None:
    assert rows(("a", 0, 10), ("a", 5, 15)) == [0, 1]


def test_what_is_within_another_of_a_different_trace_has_a_row_of_its_own() -> None:
    assert rows(("a", 0, 10), ("b", 2, 8)) == [0, 1]


def test_a_row_that_is_free_again_is_used_before_a_new_one() -> None:
    assert rows(("a", 0, 10), ("b", 1, 3), ("c", 4, 6), ("d", 5, 7)) == [0, 1, 1, 2]


def test_intervals_may_come_in_any_order() -> None:
    assert rows(("a", 3, 4), ("a", 0, 10)) == [0, 0]
