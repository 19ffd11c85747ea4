"""What OpenTelemetry's ConsoleSpanExporter for Python prints: one object after another, as `ReadableSpan.to_json`
writes it (https://github.com/open-telemetry/opentelemetry-python: opentelemetry-sdk/…/sdk/trace/__init__.py).
"""

from collections.abc import Iterator

from dashboard.interchange.foreign.values import from_iso, group, key_values, member, objects, text
from dashboard.types import JsonObject, JsonValue


def is_span(form: JsonObject) -> bool:
    """Return whether this is a span that was printed."""
    return isinstance(form.get("context"), dict) and "start_time" in form


def groups(span: JsonObject) -> Iterator[JsonObject]:
    """Yield a ResourceSpans message for a span."""
    attributes = member(span.get("resource"), "attributes")
    message = group("", key_values(attributes), {}, _span(span))
    yield {**message, "schemaUrl": text(member(span.get("resource"), "schema_url"))}


def _span(span: JsonObject) -> JsonObject:
    status = span.get("status")
    return {
        **_context(span.get("context")),
        "parentSpanId": _digits(span.get("parent_id")),
        "name": span.get("name"),
        "kind": text(span.get("kind")).removeprefix("SpanKind."),
        "startTimeUnixNano": from_iso(span.get("start_time")),
        "endTimeUnixNano": from_iso(span.get("end_time")),
        "attributes": key_values(span.get("attributes")),
        "events": [
            {
                "name": event.get("name"),
                "timeUnixNano": from_iso(event.get("timestamp")),
                "attributes": key_values(event.get("attributes")),
            }
            for event in objects(span.get("events"))
        ],
        "links": [
            {**_context(link.get("context")), "attributes": key_values(link.get("attributes"))}
            for link in objects(span.get("links"))
        ],
        "status": {"code": member(status, "status_code"), "message": member(status, "description")},
    }


def _context(context: JsonValue) -> JsonObject:
    return {"traceId": _digits(member(context, "trace_id")), "spanId": _digits(member(context, "span_id"))}


def _digits(written: JsonValue) -> JsonValue:
    return written.removeprefix("0x") if isinstance(written, str) else written
