"""Jaeger's own JSON, as its page downloads it and /api/traces answers: `{"data": [{"traceID", "spans", …}]}`.

The meaning of its tags is OpenTelemetry's:
https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/jaeger/ (of before that page was withdrawn).
"""

from collections.abc import Iterator

from dashboard.interchange.foreign.values import (
    any_value,
    from_us,
    group,
    member,
    objects,
    padded,
    padded_span,
    text,
)
from dashboard.types import JsonObject, JsonValue

KIND, ERROR, STATUS, STATUS_TEXT, STATE = (
    "span.kind",
    "error",
    "otel.status_code",
    "otel.status_description",
    "w3c.tracestate",
)
SCOPES = {
    "otel.scope.name": "name",
    "otel.library.name": "name",
    "otel.scope.version": "version",
    "otel.library.version": "version",
}
TAKEN = {KIND, ERROR, STATUS, STATUS_TEXT, STATE, *SCOPES}
"""Tags that have a field of their own in OTLP."""


def is_trace(form: JsonObject) -> bool:
    """Return whether this is a trace of Jaeger."""
    return "traceID" in form and "spans" in form


def groups(trace: JsonObject) -> Iterator[JsonObject]:
    """Yield a ResourceSpans message for each span of a trace."""
    for span in objects(trace.get("spans")):
        process = span.get("process") or member(trace.get("processes"), text(span.get("processID")))
        tags = {text(tag.get("key")): tag for tag in objects(span.get("tags"))}
        scope = {SCOPES[key]: tag.get("value") for key, tag in tags.items() if key in SCOPES}
        resource = (_pair(tag) for tag in objects(member(process, "tags")))
        yield group(text(member(process, "serviceName")), resource, scope, _span(span, tags))


def _span(span: JsonObject, tags: dict[str, JsonObject]) -> JsonObject:
    trace_id = padded(span.get("traceID"))
    references = objects(span.get("references"))
    parents = [
        one for one in references if one.get("refType") == "CHILD_OF" and padded(one.get("traceID")) == trace_id
    ]
    parent = parents[0].get("spanID") if parents else span.get("parentSpanID")
    return {
        "traceId": trace_id,
        "spanId": padded_span(span.get("spanID")),
        "parentSpanId": padded_span(parent),
        "traceState": text(member(tags.get(STATE), "value")),
        "name": span.get("operationName"),
        "kind": text(member(tags.get(KIND), "value")) or "internal",
        "flags": span.get("flags"),
        "startTimeUnixNano": from_us(span.get("startTime")),
        "endTimeUnixNano": from_us(span.get("startTime"), span.get("duration")),
        "attributes": [_pair(tag) for key, tag in tags.items() if key not in TAKEN],
        "events": [_event(log) for log in objects(span.get("logs"))],
        "links": [_link(one) for one in references if one not in parents[:1]],
        "status": _status(tags),
    }


def _status(tags: dict[str, JsonObject]) -> JsonObject:
    code = text(member(tags.get(STATUS), "value"))
    if str(member(tags.get(ERROR), "value")).lower() == "true":
        code = "ERROR"
    return {"code": code or "UNSET", "message": text(member(tags.get(STATUS_TEXT), "value"))}


def _event(log: JsonObject) -> JsonObject:
    fields = objects(log.get("fields"))
    name = next((text(one.get("value")) for one in fields if one.get("key") == "event"), "log")
    return {
        "name": name,
        "timeUnixNano": from_us(log.get("timestamp")),
        "attributes": [_pair(one) for one in fields if one.get("key") != "event"],
    }


def _link(reference: JsonObject) -> JsonObject:
    return {"traceId": padded(reference.get("traceID")), "spanId": padded_span(reference.get("spanID"))}


def _pair(tag: JsonObject) -> JsonObject:
    return {"key": text(tag.get("key")), "value": _value(text(tag.get("type")), tag.get("value"))}


def _value(kind: str, value: JsonValue) -> JsonObject:
    if kind == "binary" and isinstance(value, str):
        return {"bytesValue": value}
    if kind == "float64" and isinstance(value, int) and not isinstance(value, bool):
        return {"doubleValue": value}
    if kind == "int64" and isinstance(value, str):
        return {"intValue": value}
    if kind == "bool" and isinstance(value, str):
        return {"boolValue": value}
    return any_value(value)
