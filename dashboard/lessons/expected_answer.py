"""The answer that a lesson expects to its prediction, in words: for the lecturer, for exports and for tests. Pure."""

from dashboard.lessons.guess import predicted_unit
from dashboard.lessons.lesson import Lesson, Option
from dashboard.runs.metric_format import format_metric


def expected_option(lesson: Lesson) -> Option | None:
    """Return the option that is right if the lesson holds; None where nothing is to be chosen."""
    expected = lesson.predicted_proof.expected
    return next((option for option in lesson.predict.options if option.holds(expected)), None)


def expected_order(lesson: Lesson) -> tuple[str, ...]:
    """Return the labels of an order as they come if the lesson holds; of equal ones the first listed comes first."""
    return tuple(sorted(lesson.predict.proofs, key=lambda label: lesson.proof(label).expected))


def describe_expected_answer(lesson: Lesson) -> str:
    """Return the answer in a few words, as a guess would be written."""
    if lesson.predict.kind == "order":
        return " < ".join(expected_order(lesson))
    if option := expected_option(lesson):
        return option.text
    return format_metric(lesson.predicted_proof.expected, predicted_unit(lesson))
