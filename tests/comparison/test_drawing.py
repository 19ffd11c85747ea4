"""How a chart is laid out."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dashboard.comparison.drawing import LABEL_APART, draw_bars, draw_lines, spread_labels
from dashboard.comparison.results import SeriesResult
from tests.lessons.made import surroundings

SERIES = SeriesResult(
    chart="last",
    unit="s",
    points=("1", "4", "10"),
    servers={"gunicorn-sync": "wsgi", "uwsgi": "wsgi", "uvicorn": "asgi"},
    values={"gunicorn-sync": (0.25, 1.0, 2.5), "uwsgi": (0.25, None, 2.5), "uvicorn": (0.25, 0.25, None)},
    runs={},
    whole=False,
    surroundings=surroundings(),
)


@given(st.lists(st.floats(min_value=0, max_value=300), max_size=12))
def test_names_never_stand_on_each_other(heights: list[float]) -> None:
    placed = sorted(spread_labels(heights, 0, 300))
    assert all(below - above >= LABEL_APART - 1e-6 for above, below in pairwise(placed))


def test_a_larger_value_stands_higher_and_a_later_point_further_right() -> None:
    line = draw_lines(SERIES).lines[0]
    assert line.points[0].y > line.points[1].y > line.points[2].y
    assert line.points[0].x < line.points[1].x < line.points[2].x
    assert line.points[2].label == "gunicorn-sync, 10: 2.50 s"


def test_a_point_that_was_not_measured_has_no_mark() -> None:
    assert [len(line.points) for line in draw_lines(SERIES).lines] == [3, 2, 2]


def test_lines_of_one_interface_have_different_dashes() -> None:
    assert [line.dash for line in draw_lines(SERIES).lines] == [0, 1, 0]


def test_nothing_measured_is_a_chart_without_lines() -> None:
    nothing = replace(SERIES, values=dict.fromkeys(SERIES.servers, (None, None, None)))
    assert draw_lines(nothing).lines == ()


def test_bars_are_as_long_as_their_share_of_the_columns_largest() -> None:
    first, second, _ = draw_bars(SERIES).columns
    assert first.bars[0].length == pytest.approx(first.bars[2].length)
    assert second.bars[0].length == pytest.approx(4 * second.bars[2].length)
    assert (second.bars[1].length, second.bars[1].label) == (0.0, "–")
