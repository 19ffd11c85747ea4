"""The charts of the comparison: what each measures, on which axis, and the form in which it is kept. Pure.

A chart is one entry here. Its numbers come from runs at the servers that are up, one server after another.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from dashboard.runs.metrics import METRICS
from dashboard.runs.results import RunResult
from dashboard.runs.scenarios import SCENARIOS

OVERHEAD_S = 0.5
"""What a run takes beside its requests."""


@dataclass(frozen=True, slots=True)
class Point:
    """One order at each server, and where its figure stands on the axis."""

    label: str
    scenario: str
    count: int
    concurrency: int
    seconds: float | None = None

    @property
    def form(self) -> dict[str, str]:
        """As the stage's form would send it."""
        seconds = "" if self.seconds is None else f"{self.seconds:g}"
        return {
            "scenario": self.scenario,
            "count": str(self.count),
            "concurrency": str(self.concurrency),
            "seconds": seconds,
        }

    def expected_s(self, interface: str) -> float:
        """About how long it takes a server of this interface: one that serves them one by one, or all at once."""
        scenario = SCENARIOS[self.scenario]
        one_by_one_s = scenario.all_served_s(self.seconds, self.count)
        waves = math.ceil(self.count / self.concurrency)
        return (
            scenario.seconds_or_default(self.seconds) * waves if interface == "asgi" else one_by_one_s
        ) + OVERHEAD_S


@dataclass(frozen=True, slots=True)
class Chart:
    """`figure` of each server at each point. Lines have an axis of numbers, bars one of scenarios."""

    name: str
    title: str
    about: str
    """What is fired, in a sentence."""
    figure: str
    """A name of `metrics.METRICS`."""
    axis: str
    """What the points are."""
    drawn_as: Literal["lines", "bars"]
    points: tuple[Point, ...]

    @property
    def unit(self) -> str:
        """Of its figure."""
        return METRICS[self.figure].unit


def _waits(numbers: Sequence[int], seconds: float) -> tuple[Point, ...]:
    """So many requests at once that wait."""
    return tuple(Point(str(number), "wait", number, number, seconds) for number in numbers)


CHARTS: dict[str, Chart] = {
    chart.name: chart
    for chart in (
        Chart(
            "last",
            "Last answer by number of requests",
            "So many requests at once, each of which waits 0.25 s in a sync view; one server after another.",
            "last",
            "requests at once",
            "lines",
            _waits((1, 4, 10, 20), 0.25),
        ),
        Chart(
            "rate",
            "Answers per second by scenario",
            "100 or 200 requests, 20 at a time, one server after another; the last two wait 0.05 s. "
            "Each column has its own scale. "
            "The client is a Python program on the same cores, and every request is observed.",
            "per second",
            "scenario",
            "bars",
            (
                Point("hello", "hello", 200, 20),
                Point("template", "template", 200, 20),
                Point("wait", "wait", 100, 20, 0.05),
                Point("wait-async", "wait-async", 100, 20, 0.05),
            ),
        ),
        Chart(
            "threads",
            "Threads by number of connections",
            "So many connections at once whose sync view waits 0.1 s: how many threads ran it.",
            "threads",
            "connections at once",
            "lines",
            _waits((1, 5, 10, 20, 40), 0.1),
        ),
    )
}


@dataclass(slots=True)
class Series:
    """A chart while it is measured. `values` and `runs` have one item per point and server, None until measured."""

    chart: Chart
    servers: Mapping[str, str]
    """Their interfaces by their names."""
    surroundings: Mapping[str, Any] = field(default_factory=dict)
    values: dict[str, list[float | None]] = field(default_factory=dict)
    runs: dict[str, list[str | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.servers:
            self.values[name] = [None] * len(self.chart.points)
            self.runs[name] = [None] * len(self.chart.points)

    def note(self, server: str, position: int, run: RunResult) -> None:
        """Take down what a finished run says of its server."""
        result = run.servers[server]
        whole = result.requests and not result.errors
        self.values[server][position] = METRICS[self.chart.figure].read(result) if whole else None
        self.runs[server][position] = run.id

    @property
    def is_begun(self) -> bool:
        """Whether anything was measured."""
        return any(value is not None for values in self.values.values() for value in values)

    def as_json(self) -> dict[str, Any]:
        """The form in which it is kept."""
        return {
            "chart": self.chart.name,
            "unit": self.chart.unit,
            "points": [point.label for point in self.chart.points],
            "servers": dict(self.servers),
            "values": self.values,
            "runs": self.runs,
            "whole": all(value is not None for values in self.values.values() for value in values),
            "surroundings": dict(self.surroundings),
        }
