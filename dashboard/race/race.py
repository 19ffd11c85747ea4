"""A race: the same requests at every server that is running, and which of them finished first. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import asdict

from dashboard.race.results import RaceEntry, RaceResult, RankedEntry, Start
from dashboard.runs.results import RequestResult, RunResult, ServerResult
from dashboard.runs.scenarios import SCENARIOS
from dashboard.runs.surroundings import Surroundings

STARTS: dict[Start, str] = {
    "together": "all at the same moment: they share the cores of this machine, and the client's time",
    "in turn": "one after another: each has the machine to itself",
}
NAME = "race"
"""The name that races are kept under, next to the charts."""
FAILED_FROM = 400
"""Statuses from here on report an error."""


@dataclass(slots=True, kw_only=True)
class Race:
    """A race while it is run."""

    id: str
    scenario: str
    count: int
    concurrency: int
    seconds: float | None
    start: Start
    runners: Mapping[str, str]
    """The interfaces of the servers in the race, by name."""
    bets: Mapping[str, int] = field(default_factory=dict)
    """The number of bets on each server."""
    entries: dict[str, RaceEntry] = field(default_factory=dict)
    surroundings: Surroundings | None = None

    def add_run(self, run: RunResult, memory_bytes: Mapping[str, int]) -> None:
        """Add the results of a finished run, and the most memory that its servers held."""
        for server, result in run.servers.items():
            self.entries[server] = _make_entry(server, self.runners[server], run, result, memory_bytes.get(server))

    def result(self) -> RaceResult:
        """Return what is known of it so far."""
        return RaceResult(
            id=self.id,
            scenario=self.scenario,
            count=self.count,
            concurrency=self.concurrency,
            seconds=self.seconds,
            start=self.start,
            runners=dict(self.runners),
            bets=dict(self.bets),
            ranked=rank(list(self.entries.values())),
            surroundings=self.surroundings,
        )


def rank(entries: Sequence[RaceEntry]) -> tuple[RankedEntry, ...]:
    """Return the entries with their ranks; those that are equal to the millisecond share one."""
    ranked: list[RankedEntry] = []
    for position, entry in enumerate(sorted(entries, key=lambda entry: entry.effort), 1):
        is_equal = bool(ranked) and _rounded_effort(ranked[-1]) == _rounded_effort(entry)
        ranked.append(RankedEntry(**asdict(entry), rank=ranked[-1].rank if is_equal else position))
    return tuple(ranked)


def _make_entry(
    server: str, interface: str, run: RunResult, result: ServerResult, memory_bytes: int | None
) -> RaceEntry:
    may_fail = SCENARIOS[run.scenario].fails
    return RaceEntry(
        server=server,
        interface=interface,
        run=run.id,
        wall_s=result.wall_s,
        first_s=result.first_s,
        last_s=result.last_s,
        waiting_s=result.waiting_s,
        view_s=result.view_s,
        threads=result.threads,
        processes=result.processes,
        memory_bytes=memory_bytes,
        errors=sum(1 for request in result.requests if _has_failed(request, may_fail=may_fail)),
        answers_s=tuple(sorted(_answers_s(result.requests))),
    )


def _has_failed(request: RequestResult, *, may_fail: bool) -> bool:
    status = request.status
    return status is None or bool(request.error) or (status >= FAILED_FROM and not may_fail)


def _answers_s(requests: Sequence[RequestResult]) -> Iterator[float]:
    for request in requests:
        if request.status is not None:
            yield round(request.started_s + request.total_s, 4)


def _rounded_effort(entry: RaceEntry) -> tuple[bool, int, float]:
    return (*entry.effort[:2], round(entry.effort[2], 3))
