"""Ticks are few, round, and where they should be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.ticks import MOST_STEPS, round_step, ticks_between, ticks_up_to


@given(st.floats(min_value=1e-3, max_value=1e6))
def test_ticks_are_few_and_reach_beyond_the_largest_value(most: float) -> None:
    found = ticks_up_to(most)
    assert found[0] == 0
    assert found[-1] >= most * (1 - 1e-6)
    assert len(found) <= MOST_STEPS + 1


@pytest.mark.parametrize(
    ("least", "most", "ticks"),
    [
        (0, 15, [0, 5, 10, 15]),
        (2, 9, [2, 4, 6, 8]),
        (-1, 1, [-1, -0.5, 0, 0.5, 1]),
        (0, 0.6, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
    ],
)
def test_ticks_between_two_ends_stay_between_them(least: float, most: float, ticks: list[float]) -> None:
    assert ticks_between(least, most, (1, 2, 5, 10)) == ticks


def test_a_step_is_the_smallest_of_the_factors_that_is_long_enough() -> None:
    assert (round_step(15), round_step(15, (1, 2, 5, 10))) == (2.5, 5)


def test_an_axis_of_nothing_goes_to_one() -> None:
    assert ticks_up_to(0) == [0, 1]
