"""Puts pieces of time into rows so that in each row they stand side by side or within each other. Pure.

Trace viewers draw one row a thread and read nesting from times alone; coroutines of one loop overlap as they like.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that lasted, in ns. Only pieces of one owner, a trace, may stand within each other."""

    owner: str
    start_ns: int
    end_ns: int


P = TypeVar("P", bound=Piece)


def in_rows(pieces: Iterable[P]) -> Iterator[tuple[P, int]]:
    """Each piece with the number of its row, by start and the longest first. Free rows are used again."""
    rows = _Rows()
    for piece in sorted(pieces, key=lambda one: (one.start_ns, -one.end_ns)):
        yield piece, rows.place(piece)


@dataclass(slots=True)
class _Rows:
    held: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    """By owner: its rows, each with the ends of what is open in it, the innermost last."""
    busy: list[tuple[int, int, str]] = field(default_factory=list)
    """A heap of (end of the outermost piece, row, owner)."""
    free: list[int] = field(default_factory=list)
    made: int = 0

    def place(self, piece: Piece) -> int:
        self._release(piece.start_ns)
        mine = self.held.setdefault(piece.owner, {})
        row = next((row for row, ends in mine.items() if _fits(ends, piece)), None)
        if row is None:
            row = heappop(self.free) if self.free else self._new()
            mine[row] = []
            heappush(self.busy, (piece.end_ns, row, piece.owner))
        mine[row].append(piece.end_ns)
        return row

    def _release(self, now_ns: int) -> None:
        while self.busy and self.busy[0][0] <= now_ns:
            _, row, owner = heappop(self.busy)
            del self.held[owner][row]
            heappush(self.free, row)

    def _new(self) -> int:
        self.made += 1
        return self.made - 1


def _fits(ends: list[int], piece: Piece) -> bool:
    while len(ends) > 1 and ends[-1] <= piece.start_ns:
        ends.pop()
    return piece.end_ns <= ends[-1]
