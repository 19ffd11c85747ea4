"""The guess before a run: a number, one of several options, or an order. Parsed once, where it comes in.

In an address it is a short text: "3", "2" for the second option, "2,1,3" for an order of the prediction's proofs.
"""

import math
from dataclasses import dataclass

from dashboard.lessons.lesson import Lesson, Prediction
from dashboard.lib.whole_number import WholeNumberError, whole_number
from dashboard.runs.metric_format import figure_words, unit_words
from dashboard.runs.metrics import METRICS

MOST_SHOWN = 40
"""So much of what was typed is repeated in a sentence."""
LARGEST = 1e9


class GuessError(ValueError):
    """This is no guess; the message says what one looks like."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One of the three, as the prediction's kind says."""

    text: str
    """As an address has it."""
    number: float | None = None
    option: int | None = None
    """Counted from 0."""
    order: tuple[int, ...] = ()
    """Positions of the prediction's `proofs`, counted from 0: the smallest figure first."""


def unit_of(lesson: Lesson) -> str:
    """The unit of what is predicted."""
    label = lesson.predict.proof or lesson.predict.proofs[0]
    proof = lesson.proof(label)
    return "times" if proof.is_ratio else METRICS[proof.figure].unit


def parse_guess(lesson: Lesson, text: str) -> Guess:
    """What was guessed. Raises GuessError with a sentence for whoever guessed."""
    text = text.strip()
    match lesson.predict.kind:
        case "number":
            return _number(lesson, text)
        case "choice":
            return _option(lesson.predict, text)
        case "order":
            return _order(lesson.predict, text)


def guessed(lesson: Lesson, text: str) -> Guess | None:
    """The guess that an address carries; one that is none is as good as no guess."""
    try:
        return parse_guess(lesson, text)
    except GuessError:
        return None


def guess_words(lesson: Lesson, guess: Guess) -> str:
    """The guess in a few words."""
    predict = lesson.predict
    if guess.number is not None:
        return figure_words(guess.number, unit_of(lesson))
    if guess.option is not None:
        return predict.options[guess.option].text
    return " < ".join(predict.proofs[position] for position in guess.order)


def _number(lesson: Lesson, text: str) -> Guess:
    unit = unit_words(unit_of(lesson))
    try:
        number = float(text.replace(",", ".").removesuffix(unit).strip() if unit else text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not abs(number) <= LARGEST:
        such = figure_words(round((lesson.predict.least + lesson.predict.most) / 3), unit_of(lesson))
        came = f"{text[:MOST_SHOWN]!r} is no number" if text else "There is no guess yet"
        raise GuessError(f"{came}: write one such as {such}, move the slider, or skip the prediction.")
    return Guess(f"{number:g}", number=number)


def _option(predict: Prediction, text: str) -> Guess:
    try:
        option = whole_number(text, most=len(predict.options))
    except WholeNumberError as error:
        raise GuessError(f"Choose one of the {len(predict.options)}, or skip the prediction.") from error
    return Guess(text, option=option - 1)


def _order(predict: Prediction, text: str) -> Guess:
    parts = [part.strip() for part in text.split(",")]
    wanted = [str(position + 1) for position in range(len(predict.proofs))]
    if sorted(parts) != sorted(wanted):
        raise GuessError(f"Put all {len(wanted)} in order, each once, or skip the prediction.")
    return Guess(",".join(parts), order=tuple(int(part) - 1 for part in parts))
