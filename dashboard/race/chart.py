"""The photo finish of a race: a bar for each server on one clock, with a notch for each answer. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.shapes import Bar, Tick
from dashboard.charts.ticks import ticks_up_to
from dashboard.race.results import RankedEntry
from dashboard.runs.metric_format import number

WIDTH, NAMES_WIDTH = 1080.0, 180.0
ROW, BAR = 30.0, 18.0
AXIS = 30.0
VALUE_WIDTH = 66.0
MOST_NOTCHES = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class RaceBar(Bar):
    """One server's bar, as long as it took. `notches` are its answers, measured from the bar's left end."""

    rank: int
    notches: tuple[float, ...]
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RaceChart:
    """All bars, the first to finish at the top."""

    across: tuple[Tick, ...]
    bars: tuple[RaceBar, ...]
    height: float
    left: float = NAMES_WIDTH
    width: float = WIDTH
    bar_height: float = BAR


def draw_race(ranked: Sequence[RankedEntry]) -> RaceChart:
    """Lay out the chart of these results."""
    scale = ticks_up_to(max((entry.wall_s or 0.0 for entry in ranked), default=0.0))
    room = WIDTH - NAMES_WIDTH - VALUE_WIDTH

    def x(moment_s: float) -> float:
        return room * moment_s / scale[-1]

    bars = (
        RaceBar(
            rank=entry.rank,
            server=entry.server,
            interface=entry.interface,
            y=AXIS + ROW * position + (ROW - BAR) / 2,
            length=x(entry.wall_s or 0.0),
            notches=tuple(map(x, _thin_out(entry.answers_s))),
            label="–" if entry.wall_s is None else f"{number(entry.wall_s)} s",
            failed=entry.errors > 0,
        )
        for position, entry in enumerate(ranked)
    )
    across = tuple(Tick(NAMES_WIDTH + x(moment_s), f"{moment_s:g}") for moment_s in scale)
    return RaceChart(across=across, bars=tuple(bars), height=AXIS + ROW * len(ranked) + 4)


def _thin_out(moments_s: Sequence[float]) -> Sequence[float]:
    """Return at most `MOST_NOTCHES` of them, the last one included."""
    step = -(-len(moments_s) // MOST_NOTCHES) or 1
    return moments_s[::-1][::step][::-1]
