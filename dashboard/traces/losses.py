"""What the observed processes dropped under load, summed per server, so that the page can say what it does not show.

Each process reports counters since its own start; a server has several processes, and they come and go. Names are the
senders' own: how many are kept, and how long they are, is bounded, and what is beyond that is summed under one name.
"""

from collections.abc import Iterable
from dataclasses import dataclass

MOST_PROCESSES = 1_000
"""Processes tracked one by one; beyond that those whose counters changed longest ago are folded into their server's
sum.
"""
MOST_SERVERS = 100
"""Servers whose sums are told apart."""
LONGEST_NAME = 200
OTHERS = ""
"""The name under which all further servers are summed; no server has it."""


@dataclass(frozen=True, slots=True)
class Losses:
    """Counters of one process since its start. `instance` is its `service.instance.id`."""

    server: str
    instance: str
    dropped_spans: int = 0
    reduced_requests: int = 0
    counted_requests: int = 0

    @property
    def counts(self) -> tuple[int, int, int]:
        """The three counters in the order of their declaration."""
        return self.dropped_spans, self.reduced_requests, self.counted_requests


class LossLedger:
    """The highest counters seen of each process, and their sums by server."""

    def __init__(self, limit: int = MOST_PROCESSES, servers: int = MOST_SERVERS) -> None:
        self._limit = limit
        self._servers = servers
        # Both in the order of the last change, the oldest first.
        self._latest: dict[tuple[str, str], Losses] = {}
        self._folded: dict[str, Losses] = {}
        self._sums: dict[str, dict[str, int]] | None = {}
        """None when they have to be worked out again."""

    def record(self, reports: Iterable[Losses]) -> bool:
        """Record reports in any order of arrival. Return whether a sum changed."""
        changed = [self._record(report) for report in reports]
        return any(changed)

    def entries(self) -> list[Losses]:
        """Return what another dashboard process needs to reach the same sums, what changed last at the end."""
        return [*self._folded.values(), *self._latest.values()]

    def by_server(self) -> dict[str, dict[str, int]]:
        """Return each server's sums by the counters' names, as a frame carries them; of too many the newest ones."""
        if self._sums is None:
            self._sums = self._add_up()
        return self._sums

    def _add_up(self) -> dict[str, dict[str, int]]:
        sums: dict[str, list[int]] = {}
        for report in reversed(self.entries()):
            server = report.server if report.server in sums or len(sums) < self._servers else OTHERS
            sums[server] = _add(sums.get(server, [0, 0, 0]), report)
        names = ("dropped_spans", "reduced_requests", "counted_requests")
        return {server: dict(zip(names, counts, strict=True)) for server, counts in sums.items()}

    def _record(self, report: Losses) -> bool:
        key = (report.server[:LONGEST_NAME], report.instance[:LONGEST_NAME])
        known = self._latest.get(key, Losses(*key))
        # Counters only grow: the larger of two reports is the later one, whichever came first.
        highest = Losses(*key, *map(max, known.counts, report.counts))
        if highest == known:
            return False
        self._latest.pop(key, None)
        self._latest[key] = highest
        self._sums = None
        if len(self._latest) > self._limit:
            self._fold(self._latest.pop(next(iter(self._latest))))
        return True

    def _fold(self, report: Losses) -> None:
        known = self._folded.pop(report.server, Losses(report.server, instance=""))
        self._folded[report.server] = Losses(report.server, "", *_add(list(known.counts), report))
        if len(self._folded) > self._servers:
            others = self._folded.pop(OTHERS, Losses(OTHERS, ""))
            oldest = self._folded.pop(next(iter(self._folded)))
            self._folded = {OTHERS: Losses(OTHERS, "", *_add(list(others.counts), oldest)), **self._folded}


def _add(counts: list[int], report: Losses) -> list[int]:
    return [count + more for count, more in zip(counts, report.counts, strict=True)]
