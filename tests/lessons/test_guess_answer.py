"""Whoever guessed wrong is told which misconception that is; whoever guessed right is not lectured."""

import pytest

from dashboard.lessons.expected_answer import expected_option
from dashboard.lessons.guess import parse_guess
from dashboard.lessons.guess_answer import answer_guess, is_right
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course


def as_expected(lesson: Lesson) -> dict[str, float | None]:
    return {proof.label: proof.expected for proof in lesson.prove}


@pytest.mark.parametrize("lesson", course(), ids=lambda lesson: lesson.slug)
def test_each_wrong_option_of_the_course_is_answered_and_the_right_one_is_not(lesson: Lesson) -> None:
    measured, right = as_expected(lesson), expected_option(lesson)
    for position, option in enumerate(lesson.predict.options, 1):
        said = answer_guess(lesson, measured, parse_guess(lesson, str(position)))
        assert bool(said) == (option is not right), option.text


def test_a_number_is_answered_by_the_range_it_is_in() -> None:
    lesson = course()[1]
    assert "ten at once" in answer_guess(lesson, as_expected(lesson), parse_guess(lesson, "1"))
    assert answer_guess(lesson, as_expected(lesson), parse_guess(lesson, "10")) == ""


def test_an_order_is_answered_by_what_was_put_first() -> None:
    lesson = course()[2]
    measured = as_expected(lesson)
    labels = lesson.predict.proofs
    ranked = sorted(range(len(labels)), key=lambda place: lesson.proof(labels[place]).expected)
    right = ",".join(str(place + 1) for place in ranked)
    wrong = ",".join(str(place + 1) for place in reversed(ranked))
    assert is_right(lesson, measured, parse_guess(lesson, right))
    assert answer_guess(lesson, measured, parse_guess(lesson, right)) == ""
    assert "tenth" in answer_guess(lesson, measured, parse_guess(lesson, wrong))


def test_nothing_is_said_of_what_was_not_measured() -> None:
    lesson = course()[1]
    assert answer_guess(lesson, {}, parse_guess(lesson, "1")) == ""
