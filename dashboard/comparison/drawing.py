"""Works out where the parts of a chart stand, in the units of its SVG's view box. Pure: templates draw what it says.

Charts are read in grey: the shape of a mark and the texture of a bar say the interface, dashes tell lines apart.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.runs.metric_format import number

WIDTH = 760.0
TOP, LEFT, PLOT_HEIGHT = 16.0, 48.0, 300.0
LABELS_WIDTH = 170.0
"""To the right of lines: the servers' names."""
LABEL_APART = 19.0
LABEL_AWAY = 26.0
BELOW = 48.0
"""For the axis: its ticks and its name."""
NAMES_WIDTH = 142.0
"""To the left of bars: the servers' names."""
ROW, BAR = 30.0, 18.0
HEAD = 28.0
VALUE_WIDTH = 58.0
"""To the right of the longest bar: its number."""
DASHES = 5
"""So many kinds of lines are told apart (`charts.css`)."""
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
MOST_TICKS = 6

Kept = Mapping[str, Any]
"""The JSON of a `series.Series`."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A measured point: where it stands and what it says."""

    x: float
    y: float
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """One server's points, and its name at the end of them."""

    server: str
    interface: str
    path: str
    dash: int
    marks: tuple[Mark, ...]
    label_y: float

    @property
    def leader(self) -> str:
        """The path from its last point to its name."""
        last = self.marks[-1]
        return f"M{last.x + 7:.1f} {last.y:.1f}L{last.x + LABEL_AWAY - 4:.1f} {self.label_y:.1f}"

    @property
    def label_x(self) -> float:
        """Where its name begins."""
        return self.marks[-1].x + LABEL_AWAY


@dataclass(frozen=True, slots=True)
class Lines:
    """A chart of lines."""

    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    lines: tuple[Line, ...]
    left: float = LEFT
    right: float = WIDTH - LABELS_WIDTH
    top: float = TOP
    bottom: float = TOP + PLOT_HEIGHT
    width: float = WIDTH
    height: float = TOP + PLOT_HEIGHT + BELOW


@dataclass(frozen=True, slots=True)
class Bar:
    """One number of a column."""

    server: str
    interface: str
    y: float
    length: float
    says: str


@dataclass(frozen=True, slots=True)
class Column:
    """The bars of one point, each as long as its share of the column's largest."""

    label: str
    x: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of bars: a row per server, a column per point with a scale of its own."""

    columns: tuple[Column, ...]
    names: tuple[Tick, ...]
    height: float
    width: float = WIDTH
    bar: float = BAR


def lines(kept: Kept) -> Lines:
    """A series whose points are numbers."""
    numbers = [float(point) for point in kept["points"]]
    known = [value for values in kept["values"].values() for value in values if value is not None]
    up = ticks(max(known, default=1.0))
    widest = max(numbers)
    plot = Lines(across=(), up=(), lines=())

    def x(value: float) -> float:
        return plot.left + (plot.right - plot.left) * value / widest

    def y(value: float) -> float:
        return plot.bottom - (plot.bottom - plot.top) * value / up[-1]

    marked = {
        server: tuple(
            Mark(x(at), y(value), f"{server}, {at:g}: {number(value)} {kept['unit']}")
            for at, value in zip(numbers, values, strict=True)
            if value is not None
        )
        for server, values in kept["values"].items()
    }
    drawn = {server: marks for server, marks in marked.items() if marks}
    heights = apart([marks[-1].y for marks in drawn.values()], plot.top, plot.bottom)
    return Lines(
        across=tuple(Tick(x(at), f"{at:g}") for at in numbers),
        up=tuple(Tick(y(value), f"{value:g}") for value in up),
        lines=tuple(
            Line(server, kept["servers"][server], _path(marks), dash, marks, label_y)
            for (server, marks), dash, label_y in zip(drawn.items(), _dashes(kept, drawn), heights, strict=True)
        ),
    )


def bars(kept: Kept) -> Bars:
    """A series whose points are names."""
    servers = list(kept["servers"])
    wide = (WIDTH - NAMES_WIDTH) / len(kept["points"])
    rows = {server: HEAD + ROW * place + (ROW - BAR) / 2 for place, server in enumerate(servers)}
    columns = []
    for position, label in enumerate(kept["points"]):
        values = {server: kept["values"][server][position] for server in servers}
        longest = max((value for value in values.values() if value is not None), default=0.0) or 1.0
        columns.append(
            Column(
                label,
                NAMES_WIDTH + wide * position,
                tuple(
                    Bar(
                        server,
                        kept["servers"][server],
                        rows[server],
                        (wide - VALUE_WIDTH) * (value or 0.0) / longest,
                        "–" if value is None else number(value),
                    )
                    for server, value in values.items()
                ),
            )
        )
    names = tuple(Tick(rows[server] + BAR / 2, server) for server in servers)
    return Bars(tuple(columns), names, height=HEAD + ROW * len(servers) + (ROW - BAR) / 2)


def ticks(most: float) -> list[float]:
    """Round numbers from 0 to the first that is not below `most`, at most `MOST_TICKS` steps of them."""
    if most <= 0:
        return [0.0, 1.0]
    size = 10.0 ** math.floor(math.log10(most / MOST_TICKS))
    step = next(step * size for step in STEPS if step * size * MOST_TICKS >= most)
    number_of_steps = math.ceil(most / step - 1e-9)
    return [round(step * place, 10) for place in range(number_of_steps + 1)]


def apart(heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Heights near these that leave room for a line of text each, in the given order."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    placed: dict[int, float] = {}
    floor = top
    for place in order:
        placed[place] = max(heights[place], floor)
        floor = placed[place] + LABEL_APART
    ceiling = bottom + LABEL_APART / 2
    for place in reversed(order):
        placed[place] = min(placed[place], ceiling)
        ceiling = placed[place] - LABEL_APART
    return [placed[place] for place in range(len(heights))]


def _path(marks: Sequence[Mark]) -> str:
    return "M" + "L".join(f"{mark.x:.1f} {mark.y:.1f}" for mark in marks)


def _dashes(kept: Kept, servers: Mapping[str, object]) -> Iterator[int]:
    """The kind of line of each server: by its place among those of its interface."""
    seen = {"wsgi": 0, "asgi": 0}
    for server in servers:
        interface = kept["servers"][server]
        yield seen[interface] % DASHES
        seen[interface] += 1
