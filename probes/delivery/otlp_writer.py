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
from .varint import int64, int64s, varint

KEYS_KEPT = 1_024
"""Attribute keys that are kept as bytes; ours are about a hundred."""
TEXTS_KEPT = 2_048
"""Pairs of a key and a short text that are kept as bytes: names of functions, routes and threads come again."""
SHORT_TEXT = 128
LISTS_KEPT = 512
"""Lists of short texts or of switches that are kept as bytes: conversations are often the same."""
SHORT_LIST = 16
_LOCAL = (0x100).to_bytes(4, "little")
_REMOTE = (0x300).to_bytes(4, "little")
"""A span's flags (trace.proto, SpanFlags): whether its parent, or what is linked, is in another process."""
_FLAGS = (b"\x85\x01" + _LOCAL, b"\x85\x01" + _REMOTE)
KINDS = {kind: b"" if kind.value < 0 else bytes((0x30, kind.value + 1)) for kind in SpanKind}
"""Field 6 of a span: OTLP counts kinds from 1, OpenTelemetry's Python from 0."""

_double = Struct("<cd").pack
_fixed64 = Struct("<cQ").pack
_times = Struct("<cQcQ").pack
_ITEM = [bytes((0x0A, 1 + size, 0x18)) for size in range(11)]
"""What stands before an integer of an array, by the bytes that it takes."""
_INTEGERS, _TEXTS, _SWITCHES = {int}, {str}, {bool}


def field(tag: bytes, content: bytes) -> bytes:
    """Return a field of a length that is written before it: a text, bytes, or a message."""
    return tag + varint(len(content)) + content


def any_value(value: Any) -> bytes:
    """Return the content of an ``AnyValue``. Raises for what OTLP cannot carry."""
    kind = type(value)
    if kind is str:
        return field(b"\x0a", value.encode())
    if kind is int:
        return b"\x18" + int64(value)
    if kind is float:
        return _double(b"\x21", value)
    if kind is bool:
        return b"\x10\x01" if value else b"\x10\x00"
    if kind is list or kind is tuple:
        return _array(value)
    return _other_value(value)


def _array(values: Sequence[Any]) -> bytes:
    kinds = set(map(type, values))
    if kinds == _INTEGERS:
        return field(b"\x2a", b"".join([_ITEM[len(number)] + number for number in int64s(values)]))
    if kinds == _TEXTS and len(values) <= SHORT_LIST and sum(map(len, values)) <= SHORT_TEXT:
        return _text_array(tuple(values))
    if kinds == _SWITCHES and len(values) <= SHORT_LIST:
        return _switch_array(tuple(values))
    return _mixed_array(values)


@functools.lru_cache(LISTS_KEPT)
def _text_array(values: tuple[str, ...]) -> bytes:
    return _mixed_array(values)


@functools.lru_cache(LISTS_KEPT)
def _switch_array(values: tuple[bool, ...]) -> bytes:  # not one with the above: a key of `True` would find that of 1
    return _mixed_array(values)


def _mixed_array(values: Sequence[Any]) -> bytes:
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
        return b"".join(_parts(tag, described))
    except Exception:  # noqa: BLE001 - whatever a value does, the others are written
        return b"".join([_pair_or_nothing(tag, key, value) for key, value in described.items()])


def _parts(tag: bytes, described: Mapping[str, Any]) -> list[bytes]:
    """Return what to join; of short texts and integers, which most attributes are, most is prepared."""
    parts: list[bytes] = []
    add = parts.append
    before = _BEFORE_INTEGER[tag]
    for key, value in described.items():
        kind = type(value)
        if kind is int:
            number = int64(value)
            add(before[key][len(number)])
            add(number)
        elif kind is str and len(value) <= SHORT_TEXT:
            add(_text_pair(tag, key, value))
        else:
            add(field(tag, key_value(key, value)))
    return parts


@functools.lru_cache(TEXTS_KEPT)
def _text_pair(tag: bytes, key: str, value: str) -> bytes:
    return field(tag, key_value(key, value))


class _BeforeInteger(dict[str, list[bytes]]):
    """What stands before the integer of an attribute: by its key, then by the bytes that the integer takes."""

    def __init__(self, tag: bytes) -> None:
        super().__init__()
        self._tag = tag

    def __missing__(self, key: str) -> list[bytes]:
        if len(self) >= KEYS_KEPT:
            self.clear()
        named = _key(key)
        sizes = range(11)
        made = [self._tag + varint(len(named) + 3 + size) + named + bytes((0x12, 1 + size, 0x18)) for size in sizes]
        self[key] = made
        return made


class _ByTag(dict[bytes, _BeforeInteger]):
    def __missing__(self, tag: bytes) -> _BeforeInteger:
        return self.setdefault(tag, _BeforeInteger(tag))


_BEFORE_INTEGER = _ByTag()
"""By the tag of the attribute's field, of which the format has a handful."""


def _pair_or_nothing(tag: bytes, key: str, value: Any) -> bytes:
    try:
        return b"".join(_parts(tag, {key: value}))
    except Exception as problem:  # noqa: BLE001 - an impossible value costs itself
        report(problem)
        return b""


def attributes(described: Mapping[str, Any] | None) -> bytes:
    """Return the attributes of a span, as fields of it: they may stand anywhere in it, in any number of pieces."""
    return pairs(b"\x4a", described)


def name_and_kind(name: str, kind: SpanKind) -> bytes:
    """Return the fields that spans of one name have in common."""
    return text(b"\x2a", name) + KINDS[kind]


def span(
    trace_id: bytes,
    span_id: bytes,
    parent_id: bytes,
    start_ns: int,
    end_ns: int,
    *fields: bytes,
    parent_is_remote: bool = False,
) -> bytes:
    """Return a span as an entry of ``ScopeSpans``; the end of one that is still open is 0."""
    content = b"".join(
        (
            b"\x0a\x10",
            trace_id,
            b"\x12\x08",
            span_id,
            b"\x22\x08" + parent_id if parent_id else b"",
            _FLAGS[parent_is_remote],
            _times(b"\x39", start_ns, b"\x41", end_ns) if end_ns else _fixed64(b"\x39", start_ns),
            *fields,
        )
    )
    return b"\x12" + varint(len(content)) + content


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
