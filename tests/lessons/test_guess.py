"""Guesses are parsed once, as people write them, and told in words."""

import pytest

from dashboard.lessons.guess import GuessError, describe_guess, parse_guess
from dashboard.lessons.loader import find_lesson


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

    assert describe_guess(lesson, parse_guess(lesson, "3")) == "3.00 s"
