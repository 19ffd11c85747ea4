"""Lays out the comparison's charts, in the units of their SVG's view box. Pure: templates draw what it says.

Charts must be readable in grey: the shape of a point and the texture of a bar show the interface, dashes tell lines
apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboard.charts.shapes import Bar, Tick
from dashboard.charts.ticks import ticks_up_to
from dashboard.comparison.results import SeriesResult
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
"""How many kinds of lines there are (`charts.css`)."""


@dataclass(frozen=True, slots=True)
class DataPoint:
    """A measured value."""

    x: float
    y: float
    label: str
    """What its tooltip says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLine:
    """One server's points, and its name at the end of them."""

    server: str
    interface: str
    path: str
    dash: int
    points: tuple[DataPoint, ...]
    label_y: float

    @property
    def leader(self) -> str:
        """The path from its last point to its name."""
        last = self.points[-1]
        return f"M{last.x + 7:.1f} {last.y:.1f}L{last.x + LABEL_AWAY - 4:.1f} {self.label_y:.1f}"

    @property
    def label_x(self) -> float:
        """The left end of its name."""
        return self.points[-1].x + LABEL_AWAY


@dataclass(frozen=True, slots=True)
class LineChart:
    """A chart of lines."""

    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    lines: tuple[ServerLine, ...]
    left: float = LEFT
    right: float = WIDTH - LABELS_WIDTH
    top: float = TOP
    bottom: float = TOP + PLOT_HEIGHT
    width: float = WIDTH
    height: float = TOP + PLOT_HEIGHT + BELOW


@dataclass(frozen=True, slots=True)
class Column:
    """The bars of one point, each as long as its share of the column's largest."""

    label: str
    x: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """A chart of bars: a row per server, a column per point with a scale of its own."""

    columns: tuple[Column, ...]
    names: tuple[Tick, ...]
    height: float
    width: float = WIDTH
    bar_height: float = BAR


@dataclass(frozen=True, slots=True)
class _Plane:
    """The area that lines are drawn in, and the values at its right and top ends."""

    right_value: float
    top_value: float

    def x(self, value: float) -> float:
        return LEFT + (WIDTH - LABELS_WIDTH - LEFT) * value / self.right_value

    def y(self, value: float) -> float:
        return TOP + PLOT_HEIGHT * (1 - value / self.top_value)


def draw_lines(series: SeriesResult) -> LineChart:
    """Lay out a series whose points are numbers."""
    numbers = [float(point) for point in series.points]
    known = [value for values in series.values.values() for value in values if value is not None]
    up = ticks_up_to(max(known, default=1.0))
    plane = _Plane(max(numbers), up[-1])
    drawn = {server: points for server in series.values if (points := _data_points(series, server, plane))}
    heights = spread_labels([points[-1].y for points in drawn.values()], TOP, TOP + PLOT_HEIGHT)
    return LineChart(
        across=tuple(Tick(plane.x(at), f"{at:g}") for at in numbers),
        up=tuple(Tick(plane.y(value), f"{value:g}") for value in up),
        lines=tuple(
            ServerLine(
                server=server,
                interface=series.servers[server],
                path=_path(points),
                dash=dash,
                points=points,
                label_y=label_y,
            )
            for (server, points), dash, label_y in zip(drawn.items(), _dashes(series, drawn), heights, strict=True)
        ),
    )


def _data_points(series: SeriesResult, server: str, plane: _Plane) -> tuple[DataPoint, ...]:
    return tuple(
        DataPoint(plane.x(at), plane.y(value), f"{server}, {at:g}: {number(value)} {series.unit}")
        for at, value in zip(map(float, series.points), series.values[server], strict=True)
        if value is not None
    )


def draw_bars(series: SeriesResult) -> BarChart:
    """Lay out a series whose points are names."""
    servers = list(series.servers)
    wide = (WIDTH - NAMES_WIDTH) / len(series.points)
    rows = {server: HEAD + ROW * place + (ROW - BAR) / 2 for place, server in enumerate(servers)}
    columns = []
    for position, label in enumerate(series.points):
        values = {server: series.values[server][position] for server in servers}
        longest = max((value for value in values.values() if value is not None), default=0.0) or 1.0
        columns.append(
            Column(
                label,
                NAMES_WIDTH + wide * position,
                tuple(
                    Bar(
                        server=server,
                        interface=series.servers[server],
                        y=rows[server],
                        length=(wide - VALUE_WIDTH) * (value or 0.0) / longest,
                        label="–" if value is None else number(value),
                    )
                    for server, value in values.items()
                ),
            )
        )
    names = tuple(Tick(rows[server] + BAR / 2, server) for server in servers)
    return BarChart(tuple(columns), names, height=HEAD + ROW * len(servers) + (ROW - BAR) / 2)


def spread_labels(heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Return heights near these, in the same order, that leave room for one line of text each."""
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


def _path(points: Sequence[DataPoint]) -> str:
    return "M" + "L".join(f"{point.x:.1f} {point.y:.1f}" for point in points)


def _dashes(series: SeriesResult, servers: Mapping[str, object]) -> Iterator[int]:
    """Yield the kind of line of each server, which follows from its position among those of its interface."""
    seen = {"wsgi": 0, "asgi": 0}
    for server in servers:
        interface = series.servers[server]
        yield seen[interface] % DASHES
        seen[interface] += 1
