"""The requests of a run as a picture for paper: hollow while they waited, filled while they were served. Pure.

Across, positions are percentages of the width; downwards they are lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.shapes import Tick
from dashboard.charts.ticks import ticks_up_to
from dashboard.runs.results import RequestResult, ServerResult

MOST_REQUESTS = 12
"""Of each server; the others are counted."""
SHORTEST = 0.4
"""No bar is shorter than this share of the width, in percent: paper shows nothing finer."""


@dataclass(frozen=True, slots=True)
class RequestBar:
    """One request."""

    line: int
    index: int
    waited_at: float
    waited: float
    served_at: float
    served: float
    failed: bool


@dataclass(frozen=True, slots=True)
class RequestChart:
    """The requests of one server, on an axis of seconds that others share."""

    bars: tuple[RequestBar, ...]
    others: int
    """How many have no bar."""
    ticks: tuple[Tick, ...]

    @property
    def lines(self) -> int:
        """How many lines high it is."""
        return len(self.bars)


def latest_end(results: Sequence[ServerResult]) -> float:
    """Return when the last request of several servers had ended, in seconds after the run's start."""
    return max((_end(request) for result in results for request in result.requests), default=0.0)


def draw_requests(result: ServerResult, until_s: float) -> RequestChart:
    """Draw the first requests of a server, on an axis that reaches to `until_s`."""
    marks = ticks_up_to(until_s)
    ordered = sorted(result.requests, key=lambda request: (request.started_s, request.index))
    bars = [_draw(line, request, marks[-1]) for line, request in enumerate(ordered[:MOST_REQUESTS])]
    ticks = [Tick(100 * mark / marks[-1], f"{mark:g} s") for mark in marks]
    return RequestChart(tuple(bars), max(0, len(ordered) - MOST_REQUESTS), tuple(ticks))


def _draw(line: int, request: RequestResult, most_s: float) -> RequestBar:
    end_s = _end(request)
    served_s = end_s if request.served_s is None else min(max(request.served_s, request.started_s), end_s)
    start, served, end = (round(100 * moment / most_s, 2) for moment in (request.started_s, served_s, end_s))
    return RequestBar(
        line=line,
        index=request.index,
        waited_at=start,
        waited=round(served - start, 2),
        served_at=served,
        served=max(SHORTEST, round(end - served, 2)),
        failed=bool(request.error),
    )


def _end(request: RequestResult) -> float:
    return request.started_s + request.total_s
