"""A race: the same requests at every server that is up, and who was done with them first. Pure.

What a race is kept as, and what the page ranks, are both made here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from dashboard.runs.results import RequestResult, RunResult, ServerResult
from dashboard.runs.scenarios import SCENARIOS

Start = Literal["together", "in turn"]
STARTS: dict[Start, str] = {
    "together": "all at the same moment: they share the cores of this machine, and the client's time",
    "in turn": "one after another: each has the machine to itself",
}
NAME = "race"
"""What races are kept as, beside the charts."""
FAILED_FROM = 400
"""Statuses from here on are no success."""


@dataclass(frozen=True, slots=True)
class Card:
    """One server's result. Times are seconds after the first request was fired at it."""

    server: str
    interface: str
    run: str
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
    """Requests without an answer, or with one that says no."""
    answers_s: tuple[float, ...]
    """When each answer was there, the first one first."""

    @property
    def effort(self) -> tuple[bool, int, float]:
        """What is ranked, smallest first: who failed comes after all who did not, then the clock decides."""
        return (self.wall_s is None or self.errors > 0, self.errors, self.wall_s or float("inf"))


@dataclass(slots=True)
class Race:
    """A race while it is run, and afterwards."""

    id: str
    scenario: str
    count: int
    concurrency: int
    seconds: float | None
    start: Start
    runners: Mapping[str, str]
    """The interfaces of those at the start, by name."""
    bets: Mapping[str, int] = field(default_factory=dict)
    """How many bet on each."""
    cards: dict[str, Card] = field(default_factory=dict)
    surroundings: Mapping[str, Any] = field(default_factory=dict)

    def note(self, run: RunResult, memory: Mapping[str, int]) -> None:
        """Take down a finished run: each of its servers has a card then."""
        for server, result in run.servers.items():
            self.cards[server] = _card(server, self.runners[server], run, result, memory.get(server))

    def ranked(self) -> list[tuple[int, Card]]:
        """The cards with their ranks; who is equal to the millisecond shares one."""
        cards = sorted(self.cards.values(), key=lambda card: card.effort)
        ranks: list[tuple[int, Card]] = []
        for place, card in enumerate(cards, 1):
            same = ranks and _rounded(ranks[-1][1]) == _rounded(card)
            ranks.append((ranks[-1][0] if same else place, card))
        return ranks

    def as_json(self) -> dict[str, Any]:
        """For scripts, and the form in which it is kept."""
        return {
            "id": self.id,
            "scenario": self.scenario,
            "count": self.count,
            "concurrency": self.concurrency,
            "seconds": self.seconds,
            "start": self.start,
            "runners": dict(self.runners),
            "bets": dict(self.bets),
            "ranked": [{"rank": rank, **asdict(card)} for rank, card in self.ranked()],
            "surroundings": dict(self.surroundings),
        }

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> "Race":
        """The race of what `as_json` gives."""
        own = {name: value for name, value in data.items() if name != "ranked"}
        cards = [{name: value for name, value in one.items() if name != "rank"} for one in data["ranked"]]
        return cls(
            **own, cards={one["server"]: Card(**one | {"answers_s": tuple(one["answers_s"])}) for one in cards}
        )


def _card(server: str, interface: str, run: RunResult, result: ServerResult, memory: int | None) -> Card:
    may_fail = SCENARIOS[run.scenario].fails
    return Card(
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
        memory_bytes=memory,
        errors=sum(1 for request in result.requests if _failed(request, may_fail=may_fail)),
        answers_s=tuple(sorted(_answers(result.requests))),
    )


def _failed(request: RequestResult, *, may_fail: bool) -> bool:
    status = request.status
    return status is None or bool(request.error) or (status >= FAILED_FROM and not may_fail)


def _answers(requests: Sequence[RequestResult]) -> Iterator[float]:
    for request in requests:
        if request.status is not None:
            yield round(request.started_s + request.total_s, 4)


def _rounded(card: Card) -> tuple[bool, int, float]:
    return (*card.effort[:2], round(card.effort[2], 3))
