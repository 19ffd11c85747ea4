"""Protobuf's variable-length integers: seven bits a byte, the lowest first (protobuf.dev, "Encoding").

Most of what a span says is times and counts, so fourteen bits at a time are looked up instead of computed. The tables
take 1.4 MB.
"""

BITS_64 = (1 << 64) - 1
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
    parts = [_MORE[number & _FOURTEEN], _MORE[number >> 14 & _FOURTEEN]]
    number >>= 28
    while number >= 1 << 14:
        parts.append(_MORE[number & _FOURTEEN])
        number >>= 14
    parts.append(_LAST[number])
    return b"".join(parts)


def int64(value: int) -> bytes:
    """Return a signed number; raise `ValueError` for one of more than 64 bits."""
    if 0 <= value < 1 << 14:
        return _LAST[value]
    if not -(1 << 63) <= value < 1 << 63:
        raise ValueError("expected an integer of at most 64 bits")
    return varint(value & BITS_64)


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
