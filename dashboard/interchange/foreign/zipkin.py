"""Zipkin's JSON, version 2: an array of spans, as /api/v2/trace/ID answers (https://zipkin.io/zipkin-api/).

A span without a duration has not ended. The client's and the server's span of one call have the same id
(`dashboard/traces/shared_ids.py` separates them).
"""

from collections.abc import Iterator

from dashboard.interchange.foreign.values import (
    from_us,
    group,
    key_values,
    member,
    objects,
    padded,
    padded_span,
    text,
)
from dashboard.types import JsonObject

ADDRESSES = {"serviceName": "peer.service", "ipv4": "network.peer.address", "ipv6": "network.peer.address"}


def is_span(form: JsonObject) -> bool:
    """Return whether this is a span of Zipkin."""
    return "traceId" in form and "id" in form


def groups(span: JsonObject) -> Iterator[JsonObject]:
    """Yield a ResourceSpans message for a span."""
    yield group(text(member(span.get("localEndpoint"), "serviceName")), (), {}, _span(span))


def _span(span: JsonObject) -> JsonObject:
    tags = span.get("tags")
    error = member(tags, "error")
    duration = span.get("duration")
    peer = span.get("remoteEndpoint")
    peers = {ADDRESSES[name]: member(peer, name) for name in ADDRESSES if member(peer, name)}
    if port := member(peer, "port"):
        peers["network.peer.port"] = port
    return {
        "traceId": padded(span.get("traceId")),
        "spanId": padded_span(span.get("id")),
        "parentSpanId": padded_span(span.get("parentId")),
        "name": span.get("name"),
        "kind": text(span.get("kind")) or "INTERNAL",
        "startTimeUnixNano": from_us(span.get("timestamp")),
        "endTimeUnixNano": from_us(span.get("timestamp"), duration) if duration else None,
        "attributes": [*key_values(tags), *key_values(peers)],
        "events": [
            {"name": note.get("value"), "timeUnixNano": from_us(note.get("timestamp"))}
            for note in objects(span.get("annotations"))
        ],
        "status": {"code": "UNSET"} if error is None else {"code": "ERROR", "message": text(error)},
    }
