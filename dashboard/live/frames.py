"""Encodes frames, once for all viewers: a frame's body is the same for everyone, only `seq` differs."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias

from dashboard.live.limits import KIB, MESSAGE_BYTES
from dashboard.traces.store import StoreCounts, StoredSpan

ENVELOPE_BYTES = 1 * KIB
"""Kept free for a frame's braces, sequence number and time."""

Members: TypeAlias = Mapping[str, str]
"""Members of a frame besides its spans: name -> JSON text."""


@dataclass(frozen=True, slots=True)
class HubStatus:
    """What frames say besides spans."""

    kept: StoreCounts
    losses: Mapping[str, Mapping[str, int]]
    """What each server's processes dropped, by counter."""
    notice: str
    """A sentence for the page; "" when all is well."""
    conflicts: int
    """Versions of spans that came from another than who had opened them, and were not believed."""
    backlog: Mapping[str, int]
    """Length of the kernel's accept queue by server; empty where it cannot be measured."""

    def members(self) -> dict[str, str]:
        """Encode it; `backlog` only where it is measured."""
        kept = asdict(self.kept) | {"conflicts": self.conflicts}
        always = {"kept": kept, "losses": self.losses, "notice": self.notice}
        members = {name: json.dumps(value) for name, value in always.items()}
        return members | ({"backlog": json.dumps(self.backlog)} if self.backlog else {})


def split(spans: Iterable[StoredSpan], limit: int) -> Iterator[list[StoredSpan]]:
    """Split into pieces whose JSON stays below `limit` bytes; a single larger span is a piece of its own."""
    piece: list[StoredSpan] = []
    size = 0
    for stored in spans:
        if piece and size + len(stored.text) > limit:
            yield piece
            piece, size = [], 0
        piece.append(stored)
        size += len(stored.text) + 1
    if piece:
        yield piece


def encode_spans(spans: Sequence[StoredSpan]) -> str:
    """Return the spans as a JSON array, joined from their stored texts."""
    return f"[{','.join(stored.text for stored in spans)}]"


def encode_body(spans: Sequence[StoredSpan], members: Members) -> str:
    """Return a frame without its braces and `seq`.

    It always fits into a WebSocket message: spans for which there is no room are left out, and counted.
    """
    more = "".join(f',"{name}":{text}' for name, text in members.items())
    shown = _fitting(spans, MESSAGE_BYTES - ENVELOPE_BYTES - len(more))
    if len(shown) < len(spans):
        more += f',"too_large":{len(spans) - len(shown)}'
    return f'"now_ns":{time.time_ns()}{more},"spans":{encode_spans(shown)}'


def _fitting(spans: Sequence[StoredSpan], room: int) -> Sequence[StoredSpan]:
    if sum(len(stored.text) + 1 for stored in spans) <= room:
        return spans
    shown: list[StoredSpan] = []
    for stored in spans:
        if len(stored.text) < room:
            room -= len(stored.text) + 1
            shown.append(stored)
    return shown


def encode_frame(seq: int, body: str) -> str:
    """Return the whole frame for one viewer."""
    return f'{{"seq":{seq},{body}}}'
