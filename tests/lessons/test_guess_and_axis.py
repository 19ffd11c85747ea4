"""Guesses are read once, and drawn with what was expected and measured on one axis."""

import pytest

from dashboard.lessons.axis import END, START, Axis, Band, Figures, Mark, axis
from dashboard.lessons.guess import GuessError, guess_words, parse_guess
from dashboard.lessons.loader import find_lesson
from dashboard.runs.metric_format import figure_words


def test_the_axis_holds_what_lies_beyond_it_and_keeps_everything_in_order() -> None:
    drawn = axis(0, 15, Figures("s", guess=40, expected=10, allowed=(8, 12), measured=10.2, values=(9.8, 10.2, 10.6)))

    match drawn:
        case Axis(guess=Mark(guess), expected=Mark(expected), measured=Mark(measured), allowed=Band(), spread=Band()):
            assert START <= expected < measured < guess <= END
            assert drawn.allowed.at < expected < drawn.allowed.at + drawn.allowed.width
            assert drawn.spread.at < measured < drawn.spread.at + drawn.spread.width
        case _:
            pytest.fail(f"not everything is drawn: {drawn}")
    assert [tick.text for tick in drawn.ticks] == ["0 s", "10 s", "20 s", "30 s", "40 s"]


def test_a_mark_near_an_end_is_written_away_from_it() -> None:
    drawn = axis(0, 10, Figures("s", guess=0, measured=10))

    assert (drawn.guess, drawn.measured) == (
        Mark(START, "your guess 0 s", "start"),
        Mark(END, "measured 10 s", "end"),
    )


@pytest.mark.parametrize(("text", "number"), [("3", 3.0), (" 2,5 ", 2.5), ("10 s", 10.0), ("-1", -1.0)])
def test_numbers_are_read_as_people_write_them(text: str, number: float) -> None:
    lesson = find_lesson("1")
    assert lesson

    assert parse_guess(lesson, text).number == number


@pytest.mark.parametrize("text", ["", "many", "nan", "inf", "1e99", "3 4"])
def test_what_is_no_number_is_refused_with_an_example(text: str) -> None:
    lesson = find_lesson("1")
    assert lesson

    with pytest.raises(GuessError, match="write one such as"):
        parse_guess(lesson, text)


def test_a_guess_is_told_in_the_unit_of_its_figure() -> None:
    lesson = find_lesson("1")
    assert lesson

    assert guess_words(lesson, parse_guess(lesson, "3")) == "3 s"


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (10.053, "s", "10.05 s"),
        (12.6, "s", "12.6 s"),
        (0.031, "s", "31 ms"),
        (1, "threads", "1 thread"),
        (2, "processes", "2 processes"),
        (1, "processes", "1 process"),
        (0.953, "share", "0.953"),
        (2512.7, "1/s", "2,513 a second"),
        (9.72, "times", "9.72 times"),
        (404, "status", "404"),
        (2, "HTTP", "HTTP/2"),
        (0, "HTTP", "refused"),
        (None, "s", "–"),
    ],
)
def test_figures_are_written_as_they_are_read(value: float | None, unit: str, words: str) -> None:
    assert figure_words(value, unit) == words
