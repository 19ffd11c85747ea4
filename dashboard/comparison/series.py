"""The charts of the comparison: what each measures, and on which axis. Pure.

A chart is one entry here. Its numbers come from runs at the servers that are running, one server after another.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dashboard.comparison.results import SeriesResult
from dashboard.runs.metrics import METRICS
from dashboard.runs.results import RunResult
from dashboard.runs.scenarios import SCENARIOS
from dashboard.runs.surroundings import Surroundings

OVERHEAD_S = 0.5
"""What a run takes in addition to its requests."""


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One order at each server, and its label on the axis."""

    label: str
    scenario: str
    count: int
    concurrency: int
    seconds: float | None = None

    @property
    def form(self) -> dict[str, str]:
        """The order as the stage's form would send it."""
        seconds = "" if self.seconds is None else f"{self.seconds:g}"
        return {
            "scenario": self.scenario,
            "count": str(self.count),
            "concurrency": str(self.concurrency),
            "seconds": seconds,
        }

    def expected_s(self, interface: str) -> float:
        """Return about how long it takes a server of this interface, which serves one at a time or all at once."""
        scenario = SCENARIOS[self.scenario]
        one_by_one_s = scenario.all_served_s(self.seconds, self.count)
        waves = math.ceil(self.count / self.concurrency)
        return (
            scenario.seconds_or_default(self.seconds) * waves if interface == "asgi" else one_by_one_s
        ) + OVERHEAD_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`metric` of each server at each point. Lines have an axis of numbers, bars one of scenarios."""

    name: str
    lesson: int
    """The number of the lesson whose guess its figures would spoil."""
    title: str
    about: str
    """What is fired, in a sentence."""
    metric: str
    """A name in `dashboard/runs/metrics.py`, which says its unit."""
    axis: str
    """What the points are."""
    drawn_as: Literal["lines", "bars"]
    points: tuple[ChartPoint, ...]

    @property
    def unit(self) -> str:
        """The unit of its metric."""
        return METRICS[self.metric].unit


def _waiting(numbers: Sequence[int], seconds: float) -> tuple[ChartPoint, ...]:
    """Return one point per number of requests, which wait at the same time."""
    return tuple(ChartPoint(str(number), "wait", number, number, seconds) for number in numbers)


CHARTS: dict[str, Chart] = {
    chart.name: chart
    for chart in (
        Chart(
            name="last",
            lesson=1,
            title="Last answer by number of requests",
            about="Many requests at once, each waiting 0.25 s in a sync view; one server after another.",
            metric="last",
            axis="requests at once",
            drawn_as="lines",
            points=_waiting((1, 4, 10, 20), 0.25),
        ),
        Chart(
            name="rate",
            lesson=15,
            title="Answers per second by scenario",
            about=(
                "100 or 200 requests, 20 at a time, one server after another; the last two wait 0.05 s. "
                "Each column has its own scale. "
                "The client is a Python program on the same cores, and every request is observed."
            ),
            metric="per second",
            axis="scenario",
            drawn_as="bars",
            points=(
                ChartPoint("hello", "hello", 200, 20),
                ChartPoint("template", "template", 200, 20),
                ChartPoint("wait", "wait", 100, 20, 0.05),
                ChartPoint("wait-async", "wait-async", 100, 20, 0.05),
            ),
        ),
        Chart(
            name="threads",
            lesson=6,
            title="Threads by number of connections",
            about="Many connections at once to a sync view that waits 0.1 s: how many threads ran it.",
            metric="threads",
            axis="connections at once",
            drawn_as="lines",
            points=_waiting((1, 5, 10, 20, 40), 0.1),
        ),
    )
}


@dataclass(slots=True)
class ChartMeasurement:
    """A chart while it is measured. `values` and `runs` have one item per point and server, None until measured."""

    chart: Chart
    servers: Mapping[str, str]
    """The servers' interfaces by their names."""
    surroundings: Surroundings | None = None
    values: dict[str, list[float | None]] = field(default_factory=dict)
    runs: dict[str, list[str | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.servers:
            self.values[name] = [None] * len(self.chart.points)
            self.runs[name] = [None] * len(self.chart.points)

    def add_run(self, server: str, position: int, run: RunResult) -> None:
        """Add what a finished run says of its server at one point; a run with errors measures nothing."""
        result = run.servers[server]
        is_whole = result.requests and not result.errors
        self.values[server][position] = METRICS[self.chart.metric].read(result) if is_whole else None
        self.runs[server][position] = run.id

    def result(self) -> SeriesResult | None:
        """Return what was measured; None if nothing was."""
        measured = [value is not None for values in self.values.values() for value in values]
        if self.surroundings is None or not any(measured):
            return None
        return SeriesResult(
            chart=self.chart.name,
            unit=self.chart.unit,
            points=tuple(point.label for point in self.chart.points),
            servers=dict(self.servers),
            values={server: tuple(values) for server, values in self.values.items()},
            runs={server: tuple(runs) for server, runs in self.runs.items()},
            whole=all(measured),
            surroundings=self.surroundings,
        )
