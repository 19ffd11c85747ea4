"""The guess before a run: a number, one of several options, or an order. Parsed once, where it comes in.

In a URL it is a short text: "3", "2" for the second option, "2,1,3" for an order of the prediction's proofs.
"""

import math
from dataclasses import dataclass

from dashboard.lessons.lesson import Lesson, Prediction
from dashboard.lessons.verdict import unit_of
from dashboard.lib.text import abridge
from dashboard.lib.whole_number import WholeNumberError, whole_number
from dashboard.runs.metric_format import format_metric, format_unit

LARGEST = 1e9
NOTHING_MOVED = (
    "There is no guess yet: put all {count} in order, or skip the prediction. If they are in order as they stand, "
    "move one of them away and back."
)


class GuessError(ValueError):
    """The text is not a guess; the message says what one looks like."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One of the three, as the prediction's kind says."""

    text: str
    """The guess as it appears in a URL."""
    number: float | None = None
    option: int | None = None
    """Counted from 0."""
    order: tuple[int, ...] = ()
    """Positions of the prediction's `proofs`, counted from 0: the smallest figure first."""


def predicted_unit(lesson: Lesson) -> str:
    """Return the unit of what is predicted."""
    return unit_of(lesson.predicted_proof)


def parse_guess(lesson: Lesson, text: str) -> Guess:
    """Return the guess that a text holds. Raise GuessError with a sentence for the person who guessed."""
    text = text.strip()
    match lesson.predict.kind:
        case "number":
            return _parse_number(lesson, text)
        case "choice":
            return _parse_option(lesson.predict, text)
        case "order":
            return _parse_order(lesson.predict, text)


def guess_or_none(lesson: Lesson, text: str) -> Guess | None:
    """Return the guess in a URL, or None if it is invalid."""
    try:
        return parse_guess(lesson, text)
    except GuessError:
        return None


def describe_guess(lesson: Lesson, guess: Guess) -> str:
    """Return the guess in a few words."""
    predict = lesson.predict
    if guess.number is not None:
        return format_metric(guess.number, predicted_unit(lesson))
    if guess.option is not None:
        return predict.options[guess.option].text
    return " < ".join(predict.proofs[position] for position in guess.order)


def _parse_number(lesson: Lesson, text: str) -> Guess:
    unit = format_unit(predicted_unit(lesson))
    try:
        number = float(text.replace(",", ".").removesuffix(unit).strip() if unit else text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not abs(number) <= LARGEST:
        such = format_metric(round((lesson.predict.least + lesson.predict.most) / 3), predicted_unit(lesson))
        came = f"{abridge(text)} is not a number" if text else "There is no guess yet"
        raise GuessError(f"{came}: write one such as {such}, move the slider, or skip the prediction.")
    return Guess(f"{number:g}", number=number)


def _parse_option(predict: Prediction, text: str) -> Guess:
    try:
        option = whole_number(text, most=len(predict.options))
    except WholeNumberError as error:
        raise GuessError(f"Choose one of the {len(predict.options)}, or skip the prediction.") from error
    return Guess(text, option=option - 1)


def _parse_order(predict: Prediction, text: str) -> Guess:
    parts = [part.strip() for part in text.split(",")]
    wanted = [str(position + 1) for position in range(len(predict.proofs))]
    if sorted(parts) != sorted(wanted):
        if not text:
            raise GuessError(NOTHING_MOVED.format(count=len(wanted)))
        raise GuessError(f"Put all {len(wanted)} in order, each once, or skip the prediction.")
    return Guess(",".join(parts), order=tuple(int(part) - 1 for part in parts))
