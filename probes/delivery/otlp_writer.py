"""Writes OTLP's protobuf messages for spans, without making an object for any part of them.

The wire format is protobuf's (https://protobuf.dev/programming-guides/encoding/), the numbers of the fields are those
of opentelemetry/proto/trace/v1/trace.proto and its neighbours, which OTLP keeps stable. A property test holds what is
written here equal to the official messages. What never changes, such as a key or a thread's identity, is written once
and kept as bytes.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from struct import Struct
from typing import Any

from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanKind

from ..failsafe import report

KEYS_KEPT = 1_024
"""Attribute keys that are kept as bytes; ours are about a hundred."""
TEXTS_KEPT = 2_048
"""Pairs of a key and a short text that are kept as bytes: names of functions, routes and threads come again."""
SHORT_TEXT = 128
_LOCAL = (0x100).to_bytes(4, "little")
_REMOTE = (0x300).to_bytes(4, "little")
"""A span's flags (trace.proto, SpanFlags): whether its parent, or what is linked, is in another process."""
_FLAGS = (b"\x85\x01" + _LOCAL, b"\x85\x01" + _REMOTE)
_VARINT, _LENGTH_DELIMITED = 0, 2
_FIXED_LENGTHS = {1: 8, 5: 4}
"""Wire types of protobuf: those that have a length of their own."""
KINDS = {kind: b"" if kind.value < 0 else bytes((0x30, kind.value + 1)) for kind in SpanKind}
"""Field 6 of a span: OTLP counts kinds from 1, OpenTelemetry's Python from 0."""

_double = Struct("<cd").pack
_fixed64 = Struct("<cQ").pack
_times = Struct("<cQcQ").pack
_ITEM = [bytes((0x0A, 1 + size, 0x18)) for size in range(11)]
"""What stands before an integer of an array, by the bytes that it takes."""
_SMALL = [bytes((number,)) for number in range(128)]
_BITS_64 = (1 << 64) - 1


def varint(number: int) -> bytes:
    """Return a number from 0 to 2**64 - 1 as protobuf writes it: seven bits a byte, the lowest first."""
    if number < 1 << 7:
        return _SMALL[number]
    if number < 1 << 14:
        return bytes((number & 127 | 128, number >> 7))
    if number < 1 << 21:
        return bytes((number & 127 | 128, number >> 7 & 127 | 128, number >> 14))
    if number < 1 << 28:
        return bytes((number & 127 | 128, number >> 7 & 127 | 128, number >> 14 & 127 | 128, number >> 21))
    lowest = bytes((number & 127 | 128, number >> 7 & 127 | 128, number >> 14 & 127 | 128, number >> 21 & 127 | 128))
    return lowest + varint(number >> 28)


def field(tag: bytes, content: bytes) -> bytes:
    """Return a field of a length that is written before it: a text, bytes, or a message."""
    return tag + varint(len(content)) + content


def any_value(value: Any) -> bytes:
    """Return the content of an ``AnyValue``. Raises for what OTLP cannot carry."""
    kind = type(value)
    if kind is str:
        return field(b"\x0a", value.encode())
    if kind is int:
        return b"\x18" + _int64(value)
    if kind is float:
        return _double(b"\x21", value)
    if kind is bool:
        return b"\x10\x01" if value else b"\x10\x00"
    if kind is list or kind is tuple:
        return _array(value)
    return _other_value(value)


def _array(values: Sequence[Any]) -> bytes:
    if all(type(value) is int for value in values):
        numbers = [_int64(value) for value in values]
        return field(b"\x2a", b"".join([_ITEM[len(number)] + number for number in numbers]))
    return field(b"\x2a", b"".join([field(b"\x0a", any_value(value)) for value in values]))


def _other_value(value: Any) -> bytes:
    """Return the content of an ``AnyValue`` that is none of the four plain types, but may be derived from one."""
    if value is None:
        return b""
    if isinstance(value, str | int | float):
        plain = next(plain for plain in (bool, str, int, float) if isinstance(value, plain))
        return any_value(plain(value))
    if isinstance(value, bytes):
        return field(b"\x3a", value)
    if isinstance(value, Mapping):
        pairs = (field(b"\x0a", key_value(str(key), of)) for key, of in value.items())
        return field(b"\x32", b"".join(pairs))
    if isinstance(value, Sequence):
        return _array(value)
    raise TypeError(f"expected a value that OTLP can carry, got {type(value).__name__}")


def _int64(value: int) -> bytes:
    if not -(1 << 63) <= value < 1 << 63:
        raise ValueError("expected an integer of at most 64 bits")
    return varint(value & _BITS_64)


@functools.lru_cache(KEYS_KEPT)
def _key(key: str) -> bytes:
    return field(b"\x0a", key.encode())


def key_value(key: str, value: Any) -> bytes:
    """Return the content of a ``KeyValue``."""
    return _key(key) + field(b"\x12", any_value(value))


def text(tag: bytes, content: str) -> bytes:
    """Return a field of text, nothing when it is empty; what UTF-8 cannot encode becomes a question mark."""
    return field(tag, content.encode("utf-8", "replace")) if content else b""


def pairs(tag: bytes, described: Mapping[str, Any] | None) -> bytes:
    """Return one field ``tag`` for each attribute; one that OTLP cannot carry is reported and left out."""
    if not described:
        return b""
    try:
        return b"".join([_pair(tag, key, value) for key, value in described.items()])
    except Exception:  # noqa: BLE001 - whatever a value does, the others are written
        return b"".join([_pair_or_nothing(tag, key, value) for key, value in described.items()])


def _pair(tag: bytes, key: str, value: Any) -> bytes:
    """Return one attribute; what most of them are, short texts and integers, with most of it prepared."""
    kind = type(value)
    if kind is str and len(value) <= SHORT_TEXT:
        return _text_pair(tag, key, value)
    if kind is int:
        number = _int64(value)
        return _before_integer(tag, key)[len(number)] + number
    return field(tag, key_value(key, value))


@functools.lru_cache(TEXTS_KEPT)
def _text_pair(tag: bytes, key: str, value: str) -> bytes:
    return field(tag, key_value(key, value))


@functools.lru_cache(KEYS_KEPT)
def _before_integer(tag: bytes, key: str) -> list[bytes]:
    """Return what stands before the integer of an attribute, by the bytes that the integer takes."""
    named = _key(key)
    return [tag + varint(len(named) + 3 + size) + named + bytes((0x12, 1 + size, 0x18)) for size in range(11)]


def _pair_or_nothing(tag: bytes, key: str, value: Any) -> bytes:
    try:
        return _pair(tag, key, value)
    except Exception as problem:  # noqa: BLE001 - an impossible value costs itself
        report(problem)
        return b""


def attributes(described: Mapping[str, Any] | None) -> bytes:
    """Return the attributes of a span, as fields of it: they may stand anywhere in it, in any number of pieces."""
    return pairs(b"\x4a", described)


def name_and_kind(name: str, kind: SpanKind) -> bytes:
    """Return the fields that spans of one name have in common."""
    return text(b"\x2a", name) + KINDS[kind]


def identity(trace_id: bytes, span_id: bytes, parent_id: bytes = b"", *, parent_is_remote: bool = False) -> bytes:
    """Return the fields that say which span it is and whose child."""
    parent = b"\x22\x08" + parent_id if parent_id else b""
    return b"".join((b"\x0a\x10", trace_id, b"\x12\x08", span_id, parent, _FLAGS[parent_is_remote]))


def times(start_ns: int, end_ns: int) -> bytes:
    """Return the fields with start and end; the end of a span that is still open is 0."""
    return _times(b"\x39", start_ns, b"\x41", end_ns) if end_ns else _fixed64(b"\x39", start_ns)


def span(*fields: bytes) -> bytes:
    """Return a span of these fields as an entry of ``ScopeSpans``."""
    return field(b"\x12", b"".join(fields))


def resource_spans(resource: bytes, scope: bytes, spans: Iterable[bytes]) -> bytes:
    """Return a whole message: spans of one resource and one scope, each part as written by the functions here."""
    of_scope = field(b"\x12", field(b"\x0a", scope) + b"".join(spans))
    return field(b"\x0a", resource + of_scope)


def resource_alone(resource: bytes) -> bytes:
    """Return a whole message that says something of a resource and carries no span."""
    return field(b"\x0a", resource)


def resource(described: Mapping[str, Any]) -> bytes:
    """Return the field of a message that describes where its spans come from."""
    return field(b"\x0a", pairs(b"\x0a", described))


def scope(described: InstrumentationScope | None) -> bytes:
    """Return the content of an ``InstrumentationScope``."""
    if described is None:
        return b""
    named = text(b"\x0a", described.name) + text(b"\x12", described.version or "")
    return named + pairs(b"\x1a", described.attributes)


def count(tag: bytes, number: int) -> bytes:
    """Return a field with a number; 0 is not written."""
    return tag + varint(number) if number else b""


def event(name: str, at_ns: int, described: Mapping[str, Any]) -> bytes:
    """Return an event, as a field of its span."""
    return field(b"\x5a", _fixed64(b"\x09", at_ns) + text(b"\x12", name) + pairs(b"\x1a", described))


def links(linked: Iterable[Link]) -> bytes:
    """Return links, as fields of their span."""
    return b"".join([field(b"\x6a", _link(link)) for link in linked])


def _link(link: Link) -> bytes:
    return b"".join(
        (
            b"\x0a\x10" + link.context.trace_id.to_bytes(16, "big"),
            b"\x12\x08" + link.context.span_id.to_bytes(8, "big"),
            pairs(b"\x22", link.attributes),
            count(b"\x28", link.dropped_attributes),
            b"\x35" + (_REMOTE if link.context.is_remote else _LOCAL),
        )
    )


def status(code: int, description: str) -> bytes:
    """Return the status, as a field of its span."""
    return field(b"\x7a", text(b"\x12", description) + (bytes((0x18, code)) if code else b""))


def rejected_spans(answer: bytes) -> int:
    """Return how many spans an ``ExportTraceServiceResponse`` says were not taken (OTLP partial success)."""
    partial = _find(answer, 1, _LENGTH_DELIMITED)
    rejected = _find(partial, 1, _VARINT) if isinstance(partial, bytes) else None
    return rejected if isinstance(rejected, int) and rejected < 1 << 63 else 0


def warning(answer: bytes) -> str:
    """Return what an ``ExportTraceServiceResponse`` says besides, "" if nothing."""
    partial = _find(answer, 1, _LENGTH_DELIMITED)
    said = _find(partial, 2, _LENGTH_DELIMITED) if isinstance(partial, bytes) else None
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else ""


def _find(message: bytes, number: int, kind: int) -> bytes | int | None:
    """Return the content of the last field with that number and wire type; raises for what is no message."""
    found: bytes | int | None = None
    at = 0
    while at < len(message):
        tag, at = _read_varint(message, at)
        content: bytes | int
        if tag & 7 == _VARINT:
            content, at = _read_varint(message, at)
        else:
            length = _FIXED_LENGTHS.get(tag & 7)
            if tag & 7 == _LENGTH_DELIMITED:
                length, at = _read_varint(message, at)
            if length is None or at + length > len(message):
                raise ValueError("expected a protobuf message")
            content, at = message[at : at + length], at + length
        if tag == number << 3 | kind:
            found = content
    return found


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 64:  # noqa: PLR2004 - the bits that a varint may have
        value |= (message[at] & 127) << shift
        at += 1
        if message[at - 1] < 128:  # noqa: PLR2004 - the bit that says that more follows
            return value & _BITS_64, at
        shift += 7
    raise ValueError("expected a varint of at most ten bytes")
