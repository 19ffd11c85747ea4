"""Packs intervals of time into rows so that in each row they follow or contain one another. Pure.

Trace viewers draw one row per thread and derive nesting from times alone; coroutines of one loop overlap freely.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class Interval:
    """Something that lasted, in ns. Only intervals of one owner, a trace, may contain one another."""

    owner: str
    start_ns: int
    end_ns: int


P = TypeVar("P", bound=Interval)


def pack_rows(intervals: Iterable[P]) -> Iterator[tuple[P, int]]:
    """Yield each interval with the number of its row, by start and the longest first. Free rows are reused."""
    rows = _Rows()
    for interval in sorted(intervals, key=lambda one: (one.start_ns, -one.end_ns)):
        yield interval, rows.place(interval)


@dataclass(slots=True)
class _Rows:
    held: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    """By owner: its rows, each with the ends of what is open in it, the innermost last."""
    busy: list[tuple[int, int, str]] = field(default_factory=list)
    """A heap of (end of the outermost interval, row, owner)."""
    free: list[int] = field(default_factory=list)
    made: int = 0

    def place(self, interval: Interval) -> int:
        self._release(interval.start_ns)
        mine = self.held.setdefault(interval.owner, {})
        row = next((row for row, ends in mine.items() if _fits(ends, interval)), None)
        if row is None:
            row = heappop(self.free) if self.free else self._new()
            mine[row] = []
            heappush(self.busy, (interval.end_ns, row, interval.owner))
        mine[row].append(interval.end_ns)
        return row

    def _release(self, now_ns: int) -> None:
        while self.busy and self.busy[0][0] <= now_ns:
            _, row, owner = heappop(self.busy)
            del self.held[owner][row]
            heappush(self.free, row)

    def _new(self) -> int:
        self.made += 1
        return self.made - 1


def _fits(ends: list[int], interval: Interval) -> bool:
    while len(ends) > 1 and ends[-1] <= interval.start_ns:
        ends.pop()
    return interval.end_ns <= ends[-1]
