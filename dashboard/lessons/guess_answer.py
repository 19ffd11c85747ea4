"""What is said of a guess once it was measured: whether it was right, and what a wrong one misunderstands. Pure."""

from collections.abc import Mapping

from dashboard.lessons.guess import Guess, predicted_unit
from dashboard.lessons.lesson import Lesson
from dashboard.runs.metric_format import format_metric

RIGHT_WITHIN = 0.1
"""A guess this close, as a share of what was measured, was right."""
EXACT = 1e-9

Measured = Mapping[str, float | None]
"""What was measured by the proofs' labels."""


def places_of_order(lesson: Lesson, measured: Measured, guess: Guess) -> tuple[bool, ...]:
    """Return for each place of a guessed order whether what was put there is right; of two equals either is."""
    labels = lesson.predict.proofs
    values = [measured.get(label) for label in labels]
    ranked = sorted(values, key=lambda value: float("inf") if value is None else value)
    return tuple(values[position] == value for position, value in zip(guess.order, ranked, strict=True))


def is_right(lesson: Lesson, measured: Measured, guess: Guess) -> bool | None:
    """Return whether a guess was right; None if what it was about was not measured."""
    if lesson.predict.kind == "order":
        return all(places_of_order(lesson, measured, guess))
    value = measured.get(lesson.predict.proof)
    if value is None:
        return None
    if guess.number is None:
        return guess.option is not None and lesson.predict.options[guess.option].holds(value)
    return abs(guess.number - value) <= max(abs(value) * RIGHT_WITHIN, EXACT)


def judge_guess(lesson: Lesson, measured: Measured, guess: Guess) -> str:
    """Return one sentence about a guess; "" if what it was about was not measured."""
    if lesson.predict.kind == "order":
        places = places_of_order(lesson, measured, guess)
        return f"{sum(places)} of {len(places)} are where you put them."
    right = is_right(lesson, measured, guess)
    value = measured.get(lesson.predict.proof)
    if right is None or value is None:
        return ""
    if right:
        return "You were right."
    if guess.number is None:
        return "It turned out differently."
    off = guess.number - value
    return f"Your guess was {format_metric(abs(off), predicted_unit(lesson))} too {'high' if off > 0 else 'low'}."


def answer_guess(lesson: Lesson, measured: Measured, guess: Guess) -> str:
    """Return what the lesson says of a wrong guess; "" if it was right, or the lesson has nothing to say of it."""
    if is_right(lesson, measured, guess) is not False:
        return ""
    predict = lesson.predict
    if guess.option is not None:
        return predict.options[guess.option].answer
    if guess.number is not None:
        return next((answer.text for answer in predict.answers if answer.holds(guess.number)), "")
    first = predict.proofs[guess.order[0]]
    return next((answer.text for answer in predict.answers if answer.first in {"", first}), "")
