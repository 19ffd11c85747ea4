"""The limits of the receiver: what one request, one span and one value may cost."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class IngestLimits:
    """Beyond these, a request is refused, a span rejected (partial success), or a value truncated and marked."""

    wire_bytes: int = 4 * MIB
    inflated_bytes: int = 16 * MIB
    spans: int = 10_000
    """Per request; counted before objects are built."""
    fields: int = 100_000
    """Protobuf fields above the level of spans, per request; bounds the time that counting takes."""
    json_parts: int = 1_000_000
    """Braces, brackets and commas, per request; bounds the objects that the JSON parser builds."""
    span_bytes: int = 1 * MIB
    """Per span on the wire; larger ones are rejected."""
    attributes: int = 128
    """Per span, and per event."""
    value_bytes: int = 4 * KIB
    key_bytes: int = 256
    name_bytes: int = 1 * KIB
    span_value_bytes: int = 96 * KIB
    """All keys and values of a span together. Escaped as JSON, twice in maps, they are at most seven times as long,
    so the span fits into a WebSocket frame.
    """
    events: int = 32
    links: int = 32
    depth: int = 8
    """Nesting of arrays and maps within a value."""
    waiting: int = 16
    """Requests in progress; further ones are asked to retry."""
    inline_bytes: int = 64 * KIB
    """Larger bodies are decoded in a thread, to keep the event loop responsive."""
    retry_after_s: int = 1
