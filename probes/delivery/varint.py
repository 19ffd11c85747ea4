"""Protobuf's variable-length integers: seven bits a byte, the lowest first (protobuf.dev, "Encoding").

Most of what a span says is times and counts, so fourteen bits at a time are looked up instead of computed. The tables
take 1.4 MB.
"""

import functools
from collections.abc import Iterable

BITS_64 = (1 << 64) - 1
HIGH_PARTS_KEPT = 256
"""Numbers beyond 28 bits are mostly moments, whose high bits are the same for a quarter of a second."""
_FOURTEEN = (1 << 14) - 1
_MORE = [bytes((low & 127 | 128, low >> 7 | 128)) for low in range(1 << 14)]
"""Two bytes of a number that goes on."""
_LAST = [bytes((low,)) if low < 1 << 7 else bytes((low & 127 | 128, low >> 7)) for low in range(1 << 14)]
"""The last one or two bytes of a number."""


def varint(number: int) -> bytes:
    """Return a number from 0 to 2**64 - 1 as protobuf writes it."""
    if number < 1 << 14:
        return _LAST[number]
    if number < 1 << 28:
        return _MORE[number & _FOURTEEN] + _LAST[number >> 14]
    return _MORE[number & _FOURTEEN] + _MORE[number >> 14 & _FOURTEEN] + _high_part(number >> 28)


@functools.lru_cache(HIGH_PARTS_KEPT)
def _high_part(number: int) -> bytes:
    return varint(number)


def int64(value: int) -> bytes:
    """Return a signed number; raise `ValueError` for one of more than 64 bits."""
    if 0 <= value < 1 << 14:
        return _LAST[value]
    if not -(1 << 63) <= value < 1 << 63:
        raise ValueError("expected an integer of at most 64 bits")
    return varint(value & BITS_64)


def int64s(values: Iterable[int]) -> list[bytes]:
    """Return what `int64` returns for each: without calling it, since lists of times are long."""
    return [
        _LAST[value]
        if 0 <= value < 1 << 14
        else _MORE[value & _FOURTEEN] + _LAST[value >> 14]
        if 0 <= value < 1 << 28
        else int64(value)
        for value in values
    ]


def read_varint(message: bytes, at: int) -> tuple[int, int]:
    """Return the number that begins at ``at``, and where it ends; raise `ValueError` if it takes over ten bytes."""
    value = shift = 0
    while shift < 64:  # noqa: PLR2004 - the bits that a varint may have
        value |= (message[at] & 127) << shift
        at += 1
        if message[at - 1] < 128:  # noqa: PLR2004 - the bit that says that more follows
            return value & BITS_64, at
        shift += 7
    raise ValueError("expected a varint of at most ten bytes")
