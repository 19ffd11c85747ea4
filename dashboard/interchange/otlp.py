"""A film as OTLP/JSON: for Jaeger and every other OpenTelemetry tool, and for another Gatescope. Pure.

It is one ExportTraceServiceRequest, as the Collector's file exporter writes a line. What OTLP has no place for stands
in one further member, "gatescope", which a receiver must ignore, and in one attribute of each span, `ENVELOPE`.
https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashboard.traces.attributes import (
    MESSAGE_DIRECTION,
    SERVICE_INSTANCE,
    SERVICE_NAME,
    SESSION,
    STAGE,
    STATUS_DESCRIPTION,
)
from dashboard.traces.span import Attributes, AttributeValue, Span, SpanEvent
from dashboard.traces.stages import stage_named

ABOUT = "gatescope"
"""The member that holds the rest of a film; it comes before the spans, for whoever reads while it arrives."""
ENVELOPE = "gatescope.film"
"""On an exported span: its place in the film, its `received_ns`, and 1 where `STAGE` was added for others to read."""
SCOPE = {"name": "gatescope"}

INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER = 1, 2, 3, 4, 5
KINDS = {"internal": INTERNAL, "server": SERVER, "client": CLIENT}
STATUS_CODES = {"unset": 0, "ok": 1, "error": 2}

Form = dict[str, Any]


def otlp_json(spans: Sequence[Span], about: Mapping[str, Any] | None = None) -> str:
    """The film as ASCII text. `about` is all of it but its spans. An open span has the end "0", as in a live stream.

    Takes about 30 µs a span: not on an event loop.
    """
    groups: dict[str, list[str]] = {}
    for place, span in enumerate(spans):
        groups.setdefault(_compact(_resource(span)), []).append(_compact(_span(span, place)))
    scope = _compact(SCOPE)
    found = (
        f'{{"resource":{resource},"scopeSpans":[{{"scope":{scope},"spans":[{",".join(texts)}]}}]}}'
        for resource, texts in groups.items()
    )
    return f'{{"{ABOUT}":{_compact(about or {})},"resourceSpans":[{",".join(found)}]}}'


def restored(spans: Iterable[Span]) -> list[Span]:
    """Imported spans as they were before `otlp_json`, in their former order; those of others stay behind them."""
    ours: list[tuple[int, Span]] = []
    others: list[Span] = []
    for span in spans:
        match span.attributes.get(ENVELOPE):
            case [int() as place, int() as received_ns, int() as added]:
                ours.append((place, _unwrapped(span, received_ns, bare=bool(added))))
            case _:
                others.append(span)
    return [span for _, span in sorted(ours, key=lambda found: found[0])] + others


def _unwrapped(span: Span, received_ns: int, *, bare: bool) -> Span:
    foreign = {ENVELOPE, STAGE} if bare else {ENVELOPE}
    kept = {name: value for name, value in span.attributes.items() if name not in foreign}
    return replace(span, attributes=kept, received_ns=received_ns)


def _resource(span: Span) -> Form:
    """Who made the span: its server and, where it is known, the process."""
    who: Attributes = {SERVICE_NAME: span.server}
    if SERVICE_INSTANCE in span.attributes:
        who = {**who, SERVICE_INSTANCE: span.attributes[SERVICE_INSTANCE]}
    return {"attributes": _pairs(who)}


def _span(span: Span, place: int) -> Form:
    status = _status(span)
    elsewhere = {SERVICE_INSTANCE, ENVELOPE, STATUS_DESCRIPTION if "message" in status else ENVELOPE}
    told = {name: value for name, value in span.attributes.items() if name not in elsewhere}
    bare = bool(span.stage) and STAGE not in told
    if bare:
        told[STAGE] = span.stage
    told[ENVELOPE] = [place, span.received_ns, int(bare)]
    form: Form = {
        "traceId": span.trace_id,
        "spanId": span.span_id,
        "name": span.name,
        "kind": _kind(span),
        "startTimeUnixNano": str(span.start_ns),
        "endTimeUnixNano": str(span.end_ns or 0),
        "attributes": _pairs(told),
    }
    if span.parent_id:
        form["parentSpanId"] = span.parent_id
    if span.events:
        form["events"] = [_event(event) for event in span.events]
    if links := _links(span):
        form["links"] = links
    if status:
        form["status"] = status
    return form


def _kind(span: Span) -> int:
    """The kind as the semantic conventions have it; what came in does not say."""
    if span.stage == "message":
        return PRODUCER if span.attributes.get(MESSAGE_DIRECTION) == "out" else CONSUMER
    return KINDS[stage_named(span.stage).kind]


def _status(span: Span) -> Form:
    description = span.attributes.get(STATUS_DESCRIPTION)
    status: Form = {"code": STATUS_CODES[span.status]} if span.status != "unset" else {}
    if isinstance(description, str) and description:
        status["message"] = description
    return status


def _links(span: Span) -> list[Form]:
    """A WebSocket message is a trace of its own and has its session as a link."""
    trace_id, _, span_id = str(span.attributes.get(SESSION, "")).partition("/")
    return [{"traceId": trace_id, "spanId": span_id}] if _is_hex(trace_id, 32) and _is_hex(span_id, 16) else []


def _is_hex(text: str, digits: int) -> bool:
    return len(text) == digits and set(text) <= set("0123456789abcdef")


def _event(event: SpanEvent) -> Form:
    return {"name": event.name, "timeUnixNano": str(event.time_ns), "attributes": _pairs(event.attributes)}


def _pairs(attributes: Attributes) -> list[Form]:
    return [{"key": name, "value": _value(value)} for name, value in attributes.items()]


def _value(value: AttributeValue) -> Form:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
        case None:
            return {}
        case _:
            return {"arrayValue": {"values": [_value(item) for item in value]}}


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
