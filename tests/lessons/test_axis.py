"""What was guessed, expected and measured is drawn on one axis."""

import pytest

from dashboard.lessons.axis import END, START, Axis, AxisFigures, AxisMark, Band, draw_axis


def test_the_axis_holds_what_lies_beyond_it_and_keeps_everything_in_order() -> None:
    drawn = draw_axis(
        0, 15, AxisFigures("s", guess=40, expected=10, allowed=(8, 12), measured=10.2, values=(9.8, 10.2, 10.6))
    )

    match drawn:
        case Axis(
            guess=AxisMark(guess),
            expected=AxisMark(expected),
            measured=AxisMark(measured),
            allowed=Band() as allowed,
            spread=Band() as spread,
        ):
            assert START <= expected < measured < guess <= END
            assert allowed.at < expected < allowed.at + allowed.width
            assert spread.at < measured < spread.at + spread.width
        case _:
            pytest.fail(f"not everything is drawn: {drawn}")
    assert [tick.label for tick in drawn.ticks] == ["0 s", "10 s", "20 s", "30 s", "40 s"]


def test_a_mark_near_an_end_is_written_away_from_it() -> None:
    drawn = draw_axis(0, 10, AxisFigures("s", guess=0, measured=10))

    assert (drawn.guess, drawn.measured) == (
        AxisMark(START, "your guess 0 s", "start"),
        AxisMark(END, "measured 10.0 s", "end"),
    )
