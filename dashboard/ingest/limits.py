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
    waiting_bytes: int = 8 * MIB
    """Bodies that are complete and not in the store yet, together, as sent: a second of work. Further ones are asked
    to retry.
    """
    least_bytes: int = 1 * KIB
    """What even an empty body counts for."""
    inline_bytes: int = 4 * KIB
    """Larger bodies are decoded on the decoder's thread, to keep the event loop responsive."""
    retry_after_s: int = 1
    grpc_bodies: int = 16
    """Bodies in transmission over gRPC at once, each of at most `wire_bytes`; further calls wait for their turn."""
    grpc_calls: int = 256
    """Calls in progress over gRPC; further ones are refused."""
    grpc_body_s: float = 20.0
    """How long a call may wait for its turn and send its body."""
