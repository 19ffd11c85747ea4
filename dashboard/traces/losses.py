"""What the observed processes dropped under load, summed per server, so that the page can say what it does not show.

Each process reports counters since its own start; a server has several processes, and they come and go.
"""

from collections.abc import Iterable
from dataclasses import dataclass

MOST_PROCESSES = 1_000
"""Processes tracked one by one; beyond that the oldest are folded into their server's sum."""


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

    def __init__(self, limit: int = MOST_PROCESSES) -> None:
        self._limit = limit
        self._latest: dict[tuple[str, str], Losses] = {}
        self._folded: dict[str, Losses] = {}

    def record(self, reports: Iterable[Losses]) -> bool:
        """Record reports in any order of arrival. Return whether a sum changed."""
        changed = [self._record(report) for report in reports]
        return any(changed)

    def entries(self) -> list[Losses]:
        """Return what another dashboard process needs to reach the same sums."""
        return [*self._folded.values(), *self._latest.values()]

    def by_server(self) -> dict[str, dict[str, int]]:
        """Return each server's sums by the counters' names, as a frame carries them."""
        sums: dict[str, list[int]] = {}
        for report in self.entries():
            sums[report.server] = _add(sums.get(report.server, [0, 0, 0]), report)
        names = ("dropped_spans", "reduced_requests", "counted_requests")
        return {server: dict(zip(names, counts, strict=True)) for server, counts in sums.items()}

    def _record(self, report: Losses) -> bool:
        key = (report.server, report.instance)
        known = self._latest.get(key, Losses(*key))
        # Counters only grow: the larger of two reports is the later one, whichever came first.
        highest = Losses(*key, *map(max, known.counts, report.counts))
        if highest == known:
            return False
        self._latest[key] = highest
        if len(self._latest) > self._limit:
            self._fold(self._latest.pop(next(iter(self._latest))))
        return True

    def _fold(self, report: Losses) -> None:
        known = self._folded.get(report.server, Losses(report.server, instance=""))
        self._folded[report.server] = Losses(report.server, "", *_add(list(known.counts), report))


def _add(counts: list[int], report: Losses) -> list[int]:
    return [count + more for count, more in zip(counts, report.counts, strict=True)]
