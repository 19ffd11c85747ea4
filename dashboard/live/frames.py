"""The text of frames, built once for all viewers: a frame's body is the same for everyone, only `seq`
differs.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dashboard.traces.store import Kept


def chunks(kept: Iterable[Kept], limit: int) -> Iterator[list[Kept]]:
    """Cut into pieces whose JSON stays below `limit` bytes; a single span above it makes a piece of its
    own.
    """
    piece: list[Kept] = []
    size = 0
    for item in kept:
        if piece and size + len(item.text) > limit:
            yield piece
            piece, size = [], 0
        piece.append(item)
        size += len(item.text) + 1
    if piece:
        yield piece


def array(kept: Sequence[Kept]) -> str:
    """The spans as a JSON array, from text that was encoded when they came in."""
    return f"[{','.join(item.text for item in kept)}]"


def body(kept: Sequence[Kept], extras: Mapping[str, Any]) -> str:
    """Everything of a frame but its braces and `seq`."""
    more = "".join(f',"{name}":{json.dumps(value)}' for name, value in extras.items())
    return f'"now_ns":{time.time_ns()}{more},"spans":{array(kept)}'


def frame(seq: int, text: str) -> str:
    """The whole frame that one viewer gets."""
    return f'{{"seq":{seq},{text}}}'
