"""Reads what an OTLP receiver answers: an ``ExportTraceServiceResponse`` (trace_service.proto)."""

from .varint import read_varint

_VARINT, _LENGTH_DELIMITED = 0, 2
_FIXED_LENGTHS = {1: 8, 5: 4}
"""Wire types of protobuf: those that have a length of their own."""


def rejected_spans(answer: bytes) -> int:
    """Return how many spans the receiver says it did not take (OTLP partial success)."""
    partial = _find(answer, 1, _LENGTH_DELIMITED)
    rejected = _find(partial, 1, _VARINT) if isinstance(partial, bytes) else None
    return rejected if isinstance(rejected, int) and rejected < 1 << 63 else 0


def warning(answer: bytes) -> str:
    """Return what the receiver says besides, "" if nothing."""
    partial = _find(answer, 1, _LENGTH_DELIMITED)
    said = _find(partial, 2, _LENGTH_DELIMITED) if isinstance(partial, bytes) else None
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else ""


def _find(message: bytes, number: int, kind: int) -> bytes | int | None:
    """Return the content of the last field with that number and wire type; raises for what is no message."""
    found: bytes | int | None = None
    at = 0
    while at < len(message):
        tag, at = read_varint(message, at)
        content: bytes | int
        if tag & 7 == _VARINT:
            content, at = read_varint(message, at)
        else:
            length = _FIXED_LENGTHS.get(tag & 7)
            if tag & 7 == _LENGTH_DELIMITED:
                length, at = read_varint(message, at)
            if length is None or at + length > len(message):
                raise ValueError("expected a protobuf message")
            content, at = message[at : at + length], at + length
        if tag == number << 3 | kind:
            found = content
    return found
