"""The axis on which a guess, what is expected and what was measured meet. Pure: numbers in, shares of the width out.

Places are percentages of the drawing's width, so that text keeps its size whatever the width.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.runs.metric_format import figure_words

START, END = 4.0, 96.0
"""Where the axis begins and ends, in percent of the width."""
TICKS = 6
NICE = (1, 2, 5, 10)
NEAR_AN_END = 16.0
"""A text nearer to an end than so many percent is written away from it."""

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure on the axis: where it is, what it says, and on which side of `at` its text stands."""

    at: float
    text: str
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Band:
    """From one place on the axis to another."""

    at: float
    width: float


@dataclass(frozen=True, slots=True)
class Axis:
    """Everything that is drawn; None is not drawn."""

    start: float
    end: float
    ticks: tuple[Mark, ...]
    guess: Mark | None
    expected: Mark | None
    allowed: Band | None
    """Where a measured figure still holds."""
    measured: Mark | None
    spread: Band | None
    """From the least to the most of several rounds."""

    @property
    def sentence(self) -> str:
        """For whoever does not see it."""
        marks = (self.guess, self.expected, self.measured)
        return ", ".join(mark.text for mark in marks if mark) or "No figure yet"


@dataclass(frozen=True, slots=True)
class Figures:
    """What is to be drawn, in the axis' unit."""

    unit: str
    guess: float | None = None
    expected: float | None = None
    allowed: tuple[float, float] | None = None
    measured: float | None = None
    values: Sequence[float] = ()


def axis(least: float, most: float, figures: Figures) -> Axis:
    """The axis from `least` to `most`, made longer where a figure lies beyond."""
    known = [
        value for value in (figures.guess, figures.expected, figures.measured, *figures.values) if value is not None
    ]
    scale = _Scale(min([least, *known]), _round_up(most, known))
    unit = figures.unit
    spread = (min(figures.values), max(figures.values)) if len(figures.values) > 1 else None
    return Axis(
        START,
        END,
        tuple(Mark(scale.at(value), _tick(value, unit), "middle") for value in _ticks(scale.least, scale.most)),
        scale.mark(figures.guess, "your guess", unit),
        scale.mark(figures.expected, "expected", unit),
        scale.band(figures.allowed),
        scale.mark(figures.measured, "measured", unit),
        scale.band(spread),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    least: float
    most: float

    def at(self, value: float) -> float:
        share = (value - self.least) / (self.most - self.least)
        return round(START + (END - START) * min(1.0, max(0.0, share)), 2)

    def mark(self, value: float | None, name: str, unit: str) -> Mark | None:
        if value is None:
            return None
        at = self.at(value)
        anchor: Anchor = "start" if at < NEAR_AN_END else "end" if at > 100 - NEAR_AN_END else "middle"
        return Mark(at, f"{name} {figure_words(value, unit)}", anchor)

    def band(self, ends: tuple[float, float] | None) -> Band | None:
        if ends is None:
            return None
        start, end = self.at(ends[0]), self.at(ends[1])
        return Band(start, round(end - start, 2))


def _round_up(most: float, known: Sequence[float]) -> float:
    """The axis' own end, or a round one beyond the largest figure."""
    largest = max([most, *known])
    if largest <= most:
        return most
    step = _step(largest)
    return math.ceil(largest / step) * step


def _ticks(least: float, most: float) -> list[float]:
    step = _step(most - least)
    first, last = math.ceil(least / step - 1e-9), math.floor(most / step + 1e-9)
    return [round(number * step, 9) for number in range(first, last + 1)]


def _tick(value: float, unit: str) -> str:
    """Seconds need their unit, which grows small with them; of all else the marks tell it."""
    return figure_words(value, unit) if unit == "s" else f"{value:,g}"


def _step(length: float) -> float:
    """A round step of which about `TICKS` fit."""
    rough = length / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return next((factor * power for factor in NICE if factor * power >= rough * 0.999), 10 * power)
