"""Values keep to the budget of their span, and what had to be cut is marked."""

import pytest

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.values import MARK, SpanBudget, ValueBudget
from dashboard.traces.values import Value, to_plain


def read_pair(pair: tuple[str, str], budget: ValueBudget) -> tuple[str, Value]:
    return pair[0], budget.text(pair[1])


def test_text_within_its_budget_stays_and_a_longer_one_is_cut_at_a_character() -> None:
    budget = ValueBudget(4, depth=1)
    assert (budget.text("abc"), budget.cut) == ("abc", False)
    assert (budget.text("é"), budget.cut) == (MARK, True)


def test_halves_of_a_surrogate_pair_are_replaced() -> None:
    assert ValueBudget(10, depth=1).text("a\ud800") == "a?"


@pytest.mark.parametrize(
    ("number", "written"),
    [(2.5, 2.5), (float("nan"), "NaN"), (float("inf"), "Infinity"), (-float("inf"), "-Infinity")],
)
def test_numbers_that_json_lacks_are_written_by_name(number: float, written: float | str) -> None:
    assert to_plain(ValueBudget(10, depth=1).double(number)) == written


def test_items_beyond_the_depth_or_the_budget_are_cut() -> None:
    flat = ValueBudget(100, depth=0)
    assert (flat.each([1, 2], lambda item, _: item), flat.cut) == ([], True)
    small = ValueBudget(3, depth=1)
    assert (small.each([1, 2, 3], lambda item, _: item), small.cut) == ([1, 2], True)


def test_the_values_of_a_span_share_one_budget() -> None:
    budget = SpanBudget(IngestLimits(span_value_bytes=10))
    kept = budget.attributes([("a", "x" * 9), ("b", "y" * 9), ("c", "z")], read_pair)
    assert list(kept) == ["a"]
    assert budget.cut_marks() == {"gatescope.cut.attributes": 2}


def test_a_whole_span_has_no_marks() -> None:
    budget = SpanBudget(IngestLimits())
    assert budget.attributes([("a", "x")], read_pair) == {"a": "x"}
    assert budget.cut_marks() == {}


def test_only_the_outermost_map_becomes_text() -> None:
    assert to_plain({"a": {"b": 1}}) == '{"a": {"b": 1}}'
    assert to_plain([1, {"a": 2}]) == [1, '{"a": 2}']
