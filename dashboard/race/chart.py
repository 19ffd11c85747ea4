"""The photo finish of a race: a bar for each server on one clock, with a notch for each answer. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.comparison.drawing import Tick, ticks
from dashboard.race.race import Card
from dashboard.runs.metric_format import number

WIDTH, NAMES_WIDTH = 1080.0, 180.0
ROW, BAR = 30.0, 18.0
AXIS = 30.0
VALUE_WIDTH = 66.0
MOST_NOTCHES = 120


@dataclass(frozen=True, slots=True)
class Lap:
    """One server's bar, as long as it took. `notches` are where its answers came, from the bar's beginning."""

    rank: int
    server: str
    interface: str
    y: float
    length: float
    notches: tuple[float, ...]
    says: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Finish:
    """All bars, the first to finish at the top."""

    across: tuple[Tick, ...]
    laps: tuple[Lap, ...]
    height: float
    left: float = NAMES_WIDTH
    width: float = WIDTH
    bar: float = BAR


def finish(ranked: Sequence[tuple[int, Card]]) -> Finish:
    """The picture of these results."""
    scale = ticks(max((card.wall_s or 0.0 for _, card in ranked), default=0.0))
    room = WIDTH - NAMES_WIDTH - VALUE_WIDTH

    def x(moment_s: float) -> float:
        return room * moment_s / scale[-1]

    laps = (
        Lap(
            rank=rank,
            server=card.server,
            interface=card.interface,
            y=AXIS + ROW * place + (ROW - BAR) / 2,
            length=x(card.wall_s or 0.0),
            notches=tuple(map(x, _thinned(card.answers_s))),
            says="–" if card.wall_s is None else f"{number(card.wall_s)} s",
            failed=card.errors > 0,
        )
        for place, (rank, card) in enumerate(ranked)
    )
    across = tuple(Tick(NAMES_WIDTH + x(moment_s), f"{moment_s:g}") for moment_s in scale)
    return Finish(across, tuple(laps), height=AXIS + ROW * len(ranked) + 4)


def _thinned(moments_s: Sequence[float]) -> Sequence[float]:
    """At most so many that they can be told apart, the last one among them."""
    step = -(-len(moments_s) // MOST_NOTCHES) or 1
    return moments_s[::-1][::step][::-1]
