"""What a race is kept as in the database and sent as JSON: one type for each part. Pure."""

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from dashboard.runs.surroundings import Surroundings

Start = Literal["together", "in turn"]


class RaceEntry(Struct, frozen=True, kw_only=True):
    """One server's result. Times are seconds after the first request was fired at it."""

    server: str
    interface: str
    run: str
    """The run's id."""
    wall_s: float | None
    first_s: float | None
    last_s: float | None
    waiting_s: float | None
    """The longest wait in the queue."""
    view_s: float | None
    threads: int
    processes: int
    memory_bytes: int | None
    """The most that its processes held while it ran; None for a server that runs elsewhere."""
    errors: int
    """Requests without an answer, or with an answer that reports an error."""
    answers_s: tuple[float, ...]
    """When each answer arrived, the earliest first."""

    @property
    def effort(self) -> tuple[bool, int, float]:
        """What entries are ranked by, smallest first: those with errors come last, then the clock decides."""
        return (self.wall_s is None or self.errors > 0, self.errors, self.wall_s or float("inf"))


class RankedEntry(RaceEntry, frozen=True, kw_only=True):
    """A server's result with its rank; equal results share one."""

    rank: int


class RaceResult(Struct, frozen=True, kw_only=True):
    """A race so far, or at its end."""

    id: str
    scenario: str
    count: int
    concurrency: int
    seconds: float | None
    start: Start
    runners: dict[str, str]
    """The interfaces of the servers in the race, by name."""
    bets: dict[str, int]
    """The number of bets on each server."""
    ranked: tuple[RankedEntry, ...]
    surroundings: Surroundings | None
    """None until it has begun."""


def to_json(race: RaceResult) -> dict[str, object]:
    """Return a race as JSON, in which surroundings that are not known yet are an empty object."""
    data: dict[str, object] = msgspec.to_builtins(race)
    return data | {"surroundings": data["surroundings"] or {}}


def from_json(data: Mapping[str, object]) -> RaceResult:
    """Return the race that `to_json` made JSON of. Raise msgspec.ValidationError for anything else."""
    return msgspec.convert({**data, "surroundings": data.get("surroundings") or None}, RaceResult)
