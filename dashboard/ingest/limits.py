"""The named numbers of the receiver: what one request, one span and one value may cost."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class IngestLimits:
    """Beyond these a request is refused, a span rejected in the partial success, or a value cut and marked."""

    wire_bytes: int = 4 * MIB
    inflated_bytes: int = 16 * MIB
    spans: int = 10_000
    """A request; counted before objects are built."""
    fields: int = 100_000
    """A request's protobuf fields above the level of spans; a bound for the time that counting takes."""
    json_parts: int = 1_000_000
    """A request's braces, brackets and commas; a bound for the objects that the JSON parser builds."""
    span_bytes: int = 1 * MIB
    """A span on the wire; larger ones are rejected."""
    attributes: int = 128
    """A span's; and an event's."""
    value_bytes: int = 4 * KIB
    key_bytes: int = 256
    name_bytes: int = 1 * KIB
    span_value_bytes: int = 96 * KIB
    """All keys and values of a span together: escaped as JSON, twice in maps, they are at most seven times as long,
    so the span fits a WebSocket frame.
    """
    events: int = 32
    depth: int = 8
    """Of arrays and maps within a value."""
    waiting: int = 16
    """Requests that may wait to be decoded or stored; more are asked to come again."""
    inline_bytes: int = 64 * KIB
    """Larger bodies are decoded in a thread, so that the event loop goes on."""
    retry_after_s: int = 1
