"""What an attempt found, as it is worked out, kept in the database and sent as JSON: one type for each part. Pure."""

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from dashboard.lessons.lesson import Bound
from dashboard.runs.surroundings import Surroundings

State = Literal["running", "done", "failed", "stopped"]


class FigureResult(Struct, frozen=True, kw_only=True):
    """One proof and what became of it."""

    key: str
    """The proof's name in JSON."""
    label: str
    figure: str
    """The metric's name."""
    server: str
    unit: str
    bound: Bound
    expected: float
    allowed: float
    """How far off it may be, in its unit."""
    measured: float | None
    """The median of all rounds; None unless every round gave a value."""
    values: tuple[float | None, ...]
    """One per round; None where nothing was measured."""
    holds: bool

    @property
    def known(self) -> tuple[float, ...]:
        """The values that were measured."""
        return tuple(value for value in self.values if value is not None)

    @property
    def spread(self) -> tuple[float, float] | None:
        """The smallest and the largest value of all rounds."""
        return (min(self.known), max(self.known)) if self.known else None


class AttemptResult(Struct, frozen=True, kw_only=True):
    """An attempt so far, or at its end. `expected`, `measured` and `spread` are by the figures' keys."""

    id: str
    lesson: int
    variation: str = ""
    """The letter of the variation that was measured; empty for the lesson itself."""
    title: str
    state: State
    repeat: int
    dry: bool = False
    round: int
    """How many rounds have begun."""
    firing: str
    """The name of what is being fired."""
    servers: tuple[str, ...]
    """The servers at which it is being fired."""
    under_way: tuple[str, ...]
    """The ids of the runs that are being fired."""
    error: str
    holds: bool | None
    """None until it is done, and for a dry run."""
    expected: dict[str, float]
    measured: dict[str, float | None]
    spread: dict[str, tuple[float, float] | None]
    runs: tuple[str, ...]
    """The ids of all runs, in the order of the lesson's firings, round after round."""
    figures: tuple[FigureResult, ...]
    reasons: tuple[str, ...]
    """Why figures may be off."""
    surroundings: Surroundings | None
    """None until the servers are ready."""

    @property
    def slug(self) -> str:
        """The name of what was measured, as in URLs: a lesson, or one of its variations."""
        return f"{self.lesson}{self.variation}"

    def figure(self, label: str) -> FigureResult | None:
        """Return the figure with this label; None if the lesson had none when it was measured."""
        return next((figure for figure in self.figures if figure.label == label), None)


def to_json(result: AttemptResult) -> dict[str, object]:
    """Return an attempt as JSON, in which surroundings that are not known yet are an empty object."""
    data: dict[str, object] = msgspec.to_builtins(result)
    return data | {"surroundings": data["surroundings"] or {}}


def from_json(data: Mapping[str, object]) -> AttemptResult:
    """Return the attempt that `to_json` made JSON of. Raise msgspec.ValidationError for anything else."""
    return msgspec.convert({**data, "surroundings": data.get("surroundings") or None}, AttemptResult)
