"""The axis that shows a guess, what is expected and what was measured. Pure: numbers in, shares of the width out.

Positions are percentages of the drawing's width, so that text keeps its size whatever the width.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.charts.shapes import Tick
from dashboard.charts.ticks import round_step, ticks_between
from dashboard.runs.metric_format import format_metric

START, END = 4.0, 96.0
"""Where the axis begins and ends, in percent of the width."""
FACTORS = (1.0, 2.0, 5.0, 10.0)
"""People guess in ones, twos and fives."""
NEAR_AN_END = 16.0
"""Text closer to an end than this, in percent, is aligned away from it."""

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class AxisMark:
    """One figure on the axis: its position, its text, and how the text is aligned to `at`."""

    at: float
    text: str
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the axis."""

    at: float
    width: float


@dataclass(frozen=True, slots=True)
class Axis:
    """Everything that is drawn; what is None is not."""

    start: float
    end: float
    least: float
    """What stands at `start`, in the figures' unit."""
    most: float
    ticks: tuple[Tick, ...]
    guess: AxisMark | None
    expected: AxisMark | None
    allowed: Band | None
    """Where a measured figure holds."""
    measured: AxisMark | None
    spread: Band | None
    """From the smallest to the largest figure of several rounds."""

    @property
    def sentence(self) -> str:
        """The picture in words, for screen readers."""
        marks = (self.guess, self.expected, self.measured)
        return ", ".join(mark.text for mark in marks if mark) or "No figure yet"


@dataclass(frozen=True, slots=True)
class AxisFigures:
    """What to draw, in the axis' unit."""

    unit: str
    guess: float | None = None
    expected: float | None = None
    allowed: tuple[float, float] | None = None
    measured: float | None = None
    values: Sequence[float] = ()


def draw_axis(least: float, most: float, figures: AxisFigures) -> Axis:
    """Lay out the axis from `least` to `most`, longer where a figure lies beyond."""
    known = [
        value for value in (figures.guess, figures.expected, figures.measured, *figures.values) if value is not None
    ]
    scale = _Scale(min([least, *known]), _round_up(most, known))
    unit = figures.unit
    spread = (min(figures.values), max(figures.values)) if len(figures.values) > 1 else None
    return Axis(
        start=START,
        end=END,
        least=scale.least,
        most=scale.most,
        ticks=tuple(
            Tick(scale.at(value), _tick_label(value, unit))
            for value in ticks_between(scale.least, scale.most, FACTORS)
        ),
        guess=scale.mark(figures.guess, "your guess", unit),
        expected=scale.mark(figures.expected, "expected", unit),
        allowed=scale.band(figures.allowed),
        measured=scale.mark(figures.measured, "measured", unit),
        spread=scale.band(spread),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    least: float
    most: float

    def at(self, value: float) -> float:
        share = (value - self.least) / (self.most - self.least)
        return round(START + (END - START) * min(1.0, max(0.0, share)), 2)

    def mark(self, value: float | None, name: str, unit: str) -> AxisMark | None:
        if value is None:
            return None
        at = self.at(value)
        anchor: Anchor = "start" if at < NEAR_AN_END else "end" if at > 100 - NEAR_AN_END else "middle"
        return AxisMark(at, f"{name} {format_metric(value, unit)}", anchor)

    def band(self, ends: tuple[float, float] | None) -> Band | None:
        if ends is None:
            return None
        start, end = self.at(ends[0]), self.at(ends[1])
        return Band(start, round(end - start, 2))


def _round_up(most: float, known: Sequence[float]) -> float:
    """Return the axis' own end, or a round number beyond the largest figure."""
    largest = max([most, *known])
    if largest <= most:
        return most
    step = round_step(largest, FACTORS)
    return math.ceil(largest / step) * step


def _tick_label(value: float, unit: str) -> str:
    """Return a tick in words. Seconds need their unit; for all else the marks show it."""
    return f"{value:,g} s" if unit == "s" else f"{value:,g}"
