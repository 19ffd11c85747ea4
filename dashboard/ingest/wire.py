"""Finds the spans in a protobuf body without building an object for any of them, so that they can be counted first.

Four megabytes can hold two million empty spans. Each span is parsed separately afterwards (`protobuf.py`), so a
hostile request costs the memory of one span's objects, not of all of them at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import malformed, too_large

# Field numbers of opentelemetry/proto/collector/trace/v1/trace_service.proto and trace/v1/trace.proto.
REQUEST_RESOURCE_SPANS = 1
RESOURCE_SPANS_RESOURCE = 1
RESOURCE_SPANS_SCOPE_SPANS = 2
RESOURCE_SPANS_SCHEMA_URL = 3
RESOURCE_SPANS_LIBRARY_SPANS = 1000
"""InstrumentationLibrarySpans, as ScopeSpans were called before version 0.15 of the protocol: the same fields."""
SCOPE_SPANS_SCOPE = 1
SCOPE_SPANS_SPANS = 2
SCOPE_SPANS_SCHEMA_URL = 3

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
LONGEST_VARINT = 10
MORE = 0x80
"""The bit of a varint's byte that says that another byte follows."""


@dataclass(slots=True)
class EncodedScopeSpans:
    """A ScopeSpans message taken apart: the scope and each span, still encoded."""

    scope: bytes = b""
    schema_url: bytes = b""
    spans: list[bytes] = field(default_factory=list)


@dataclass(slots=True)
class EncodedResourceSpans:
    """A ResourceSpans message taken apart: the resource, still encoded, and its scopes."""

    resource: bytes = b""
    schema_url: bytes = b""
    scopes: list[EncodedScopeSpans] = field(default_factory=list)


class ProtobufScan:
    """One pass over one request. Raises RequestRefusedError: 400 if it is not protobuf, 413 if it holds too much."""

    def __init__(self, body: bytes, limits: IngestLimits) -> None:
        self._body = body
        self._limits = limits
        self._fields = 0
        self._spans = 0

    def resources(self) -> list[EncodedResourceSpans]:
        """Return the resources of the request with their spans, in order."""
        top = self._messages(0, len(self._body), REQUEST_RESOURCE_SPANS)
        return [self._resource(start, end) for start, end in top]

    def _resource(self, start: int, end: int) -> EncodedResourceSpans:
        found = EncodedResourceSpans()
        for number, first, last in self._fields_of(start, end):
            if number == RESOURCE_SPANS_RESOURCE:
                # A message field that occurs twice is merged, which is what parsing both in a row does.
                found.resource += self._body[first:last]
            elif number in {RESOURCE_SPANS_SCOPE_SPANS, RESOURCE_SPANS_LIBRARY_SPANS}:
                found.scopes.append(self._scope(first, last))
            elif number == RESOURCE_SPANS_SCHEMA_URL:
                found.schema_url = self._body[first:last]
        return found

    def _scope(self, start: int, end: int) -> EncodedScopeSpans:
        found = EncodedScopeSpans()
        for number, first, last in self._fields_of(start, end):
            if number == SCOPE_SPANS_SPANS:
                self._spans += 1
                if self._spans > self._limits.spans:
                    raise too_large(f"more than {self._limits.spans} spans in one request")
                found.spans.append(self._body[first:last])
            elif number == SCOPE_SPANS_SCOPE:
                found.scope += self._body[first:last]
            elif number == SCOPE_SPANS_SCHEMA_URL:
                found.schema_url = self._body[first:last]
        return found

    def _messages(self, start: int, end: int, wanted: int) -> Iterator[tuple[int, int]]:
        return ((first, last) for number, first, last in self._fields_of(start, end) if number == wanted)

    def _fields_of(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield (field number, start, end) of each length-delimited field between two offsets; skip the others."""
        at = start
        while at < end:
            self._fields += 1
            if self._fields > self._limits.fields:
                raise too_large(f"more than {self._limits.fields} protobuf fields around the spans")
            tag, at = self._varint(at, end)
            length, at = self._length(tag & 7, at, end)
            if at + length > end:
                raise malformed(f"protobuf: a field at byte {at} is longer than what contains it")
            if tag & 7 == BYTES:
                yield tag >> 3, at, at + length
            at += length

    def _length(self, wire_type: int, at: int, end: int) -> tuple[int, int]:
        if wire_type == BYTES:
            return self._varint(at, end)
        if wire_type == VARINT:
            return 0, self._varint(at, end)[1]
        if wire_type in {FIXED64, FIXED32}:
            return (8 if wire_type == FIXED64 else 4), at
        raise malformed(f"protobuf: wire type {wire_type} at byte {at}")

    def _varint(self, at: int, end: int) -> tuple[int, int]:
        """Return (value, offset after it)."""
        if at < end and (byte := self._body[at]) < MORE:
            return byte, at + 1  # as most are
        value = 0
        for shift, position in enumerate(range(at, min(at + LONGEST_VARINT, end))):
            byte = self._body[position]
            value |= (byte & 0x7F) << (7 * shift)
            if byte < MORE:
                return value, position + 1
        raise malformed(f"protobuf: a number at byte {at} does not end")
