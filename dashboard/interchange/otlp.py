"""A film as OTLP/JSON: for Jaeger and every other OpenTelemetry tool, and for another Gatescope. Pure.

It is one ExportTraceServiceRequest, as the Collector's file exporter writes them, one a line. What came from another
instrument leaves as it came: its resource, its scope and every field of its spans. What OTLP has no place for is in
one more member, "gatescope", which a receiver must ignore, and on our own spans in one attribute, `ENVELOPE`.
https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

import json
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from msgspec.structs import replace

from dashboard.interchange.metadata import MetadataJson
from dashboard.traces.attributes import (
    ENVELOPE,
    PROCESS_ID,
    SERVICE_INSTANCE,
    SERVICE_NAME,
    SESSION,
    STAGE,
    STATUS_DESCRIPTION,
)
from dashboard.traces.details import NONE, SpanLink
from dashboard.traces.shared_ids import other_half
from dashboard.traces.source import ResourceJson, ScopeJson, Source, SourceJson
from dashboard.traces.span import Span, SpanEvent, SpanKey
from dashboard.traces.stages import KINDS
from dashboard.traces.values import Value, Values, as_values, is_plain, to_key_values, to_plain
from dashboard.types import JsonObject, JsonValue

METADATA = "gatescope"
"""The member that holds a film's metadata; it precedes the spans, for those who read it as a stream."""
OWN_SCOPE: ScopeJson = {"name": "gatescope"}
"""Of the stages that came with none: the dashboard made them, or it is an old recording."""
STATUS_CODES = {"unset": 0, "ok": 1, "error": 2}
STAGE_ADDED, SOURCE_ADDED, LINK_ADDED = 1, 2, 4
"""What an `ENVELOPE` says was put into the file for other tools: stage, resource and scope, the link to a session."""
TRACE_ID_DIGITS, SPAN_ID_DIGITS = 32, 16


def otlp_json(spans: Sequence[Span], metadata: MetadataJson | None = None) -> str:
    """Return the film as ASCII text. An open span has the end "0", as in a live stream.

    Takes about 30 µs a span: not on an event loop.
    """
    return f'{{"{METADATA}":{_compact(metadata or {})},"resourceSpans":[{_resource_spans(spans, is_film=True)}]}}'


def request_json(spans: Sequence[Span]) -> str:
    """Return an ExportTraceServiceRequest for another receiver: the spans as they came, and nothing of ours."""
    return f'{{"resourceSpans":[{_resource_spans(spans, is_film=False)}]}}'


def _resource_spans(spans: Sequence[Span], *, is_film: bool) -> str:
    groups: dict[str, dict[str, list[str]]] = {}
    known: dict[str, tuple[str, str]] = {}
    halves = {span.key for span in spans if span.more.shared is not None}
    for place, span in enumerate(spans):
        key = (
            span.source.key if span.source else f"{span.server}/{span.attributes.get(SERVICE_INSTANCE)}/{span.stage}"
        )
        if key not in known:
            known[key] = _describe(span.source.as_json() if span.source else _guess(span))
        resource, scope = known[key]
        groups.setdefault(resource, {}).setdefault(scope, []).append(
            _compact(_span(_as_sent(span, halves), place if is_film else None))
        )
    return ",".join(
        f'{{{resource}"scopeSpans":[{",".join(_scopes(scopes))}]}}' for resource, scopes in groups.items()
    )


def _as_sent(span: Span, halves: AbstractSet[SpanKey]) -> Span:
    """Return a span with the ids that it was sent with, where two spans had the same (`traces/shared_ids.py`)."""
    if span.parent_id and (span.trace_id, span.parent_id) in halves:
        span = replace(span, parent_id=other_half(span.parent_id))
    if span.more.shared is not None:
        span = replace(span, span_id=other_half(span.span_id), parent_id=span.more.shared or None)
    return span


def _scopes(scopes: dict[str, list[str]]) -> Iterable[str]:
    return (f'{{{scope}"spans":[{",".join(texts)}]}}' for scope, texts in scopes.items())


def restore(spans: Iterable[Span]) -> list[Span]:
    """Return imported spans as they were before `otlp_json`, in their former order, then those of other tools."""
    ours: list[tuple[int, Span]] = []
    others: list[Span] = []
    for span in spans:
        match span.attributes.get(ENVELOPE):
            case [int() as place, int() as received_ns, int() as added]:
                ours.append((place, _unwrap(span, received_ns, added)))
            case _:
                others.append(span)
    return [span for _, span in sorted(ours, key=lambda found: found[0])] + others


def _unwrap(span: Span, received_ns: int, added: int) -> Span:
    names = {ENVELOPE, STAGE} if added & STAGE_ADDED else {ENVELOPE}
    kept = {name: value for name, value in span.attributes.items() if name not in names}
    source = None if added & SOURCE_ADDED else span.source
    details = span.details
    if details and added & LINK_ADDED:
        details = replace(details, links=())
    if details == NONE:
        details = None
    return replace(span, attributes=kept, received_ns=received_ns, source=source, details=details)


def _describe(source: SourceJson) -> tuple[str, str]:
    """Return the members of a ResourceSpans and of a ScopeSpans message, each followed by a comma."""
    resource, scope = source["resource"], source["scope"]
    return _members("resource", _resource(resource), resource), _members("scope", _scope(scope), scope)


def _members(name: str, content: JsonObject, form: ResourceJson) -> str:
    schema = f'"schemaUrl":{_compact(form["schema_url"])},' if "schema_url" in form else ""
    return f'"{name}":{_compact(content)},{schema}'


def _guess(span: Span) -> SourceJson:
    """Return what is known of the source of a span that came with none: its server and its process."""
    who: dict[str, Value] = {SERVICE_NAME: span.server}
    if SERVICE_INSTANCE in span.attributes:
        who[SERVICE_INSTANCE] = as_values(span.attributes)[SERVICE_INSTANCE]
    return {"resource": {"attributes": who}, "scope": OWN_SCOPE if span.stage else {}}


def _resource(form: ResourceJson) -> JsonObject:
    return {"attributes": to_key_values(form.get("attributes", {}))} | _dropped(form.get("dropped_attributes", 0))


def _scope(form: ScopeJson) -> JsonObject:
    named: JsonObject = {name: form[name] for name in ("name", "version") if name in form}
    pairs: JsonObject = {"attributes": to_key_values(form["attributes"])} if "attributes" in form else {}
    return {**named, **pairs, **_dropped(form.get("dropped_attributes", 0))}


def _dropped(count: int, what: str = "Attributes") -> dict[str, JsonValue]:
    return {f"dropped{what}Count": count} if count else {}


def _span(span: Span, place: int | None) -> JsonObject:
    """Return the span; `place` is its place in a film, None where it goes to somebody else."""
    more = span.more
    attributes, message = _attributes(span)
    links = [_link(link) for link in more.links]
    added_links = [] if links or _is_foreign(span) else _session_link(span)
    if not _is_foreign(span):
        stage_added = bool(span.stage) and STAGE not in attributes
        if stage_added:
            attributes[STAGE] = span.stage
        added = STAGE_ADDED * stage_added + SOURCE_ADDED * (span.source is None) + LINK_ADDED * bool(added_links)
        if place is not None:
            attributes[ENVELOPE] = [place, span.received_ns, added]
    status: dict[str, JsonValue] = {"code": STATUS_CODES[span.status]} if span.status != "unset" else {}
    if message:
        status["message"] = message
    optional: dict[str, JsonValue] = {
        "parentSpanId": span.parent_id,
        "traceState": more.trace_state,
        "flags": span.flags,
        "events": [_event(event) for event in span.events],
        "links": links or added_links,
        "status": status,
        **_dropped(more.dropped_attributes),
        **_dropped(more.dropped_events, "Events"),
        **_dropped(more.dropped_links, "Links"),
    }
    return {
        "traceId": span.trace_id,
        "spanId": span.span_id,
        "name": span.name,
        "kind": KINDS.index(span.kind),
        "startTimeUnixNano": str(span.start_ns),
        "endTimeUnixNano": str(span.end_ns or 0),
        "attributes": to_key_values(attributes),
        **{name: value for name, value in optional.items() if value},
    }


def _is_foreign(span: Span) -> bool:
    """Return whether another instrument made the span: nothing is added to what it said."""
    return span.source is not None and STAGE not in span.attributes


def _attributes(span: Span) -> tuple[dict[str, Value], str]:
    """Return the attributes that the span was sent with, and the message of its status."""
    more = span.more
    found = as_values(span.attributes)
    message = found.get(STATUS_DESCRIPTION)
    from_status = isinstance(message, str) and bool(message)
    if STATUS_DESCRIPTION in more.own and STATUS_DESCRIPTION not in more.exact:
        from_status = False
    elif from_status:
        del found[STATUS_DESCRIPTION]
    resource = _resource_values(span.source) if span.source else {SERVICE_INSTANCE: found.get(SERVICE_INSTANCE)}
    inherited = {
        name for name in (SERVICE_INSTANCE, PROCESS_ID) if name in resource and _is_same(found, resource, name)
    }
    for name in (inherited | set(more.derived)) - set(more.own):
        found.pop(name, None)
    for name, value in more.exact.items():
        if name in found or name == STATUS_DESCRIPTION:
            found[name] = value
    return found, message if from_status and isinstance(message, str) else ""


@lru_cache(256)
def _resource_values(source: Source) -> Values:
    return source.as_json()["resource"].get("attributes", {})


def _is_same(found: Values, resource: Values, name: str) -> bool:
    """Return whether a span has an attribute from its resource."""
    value = resource[name]
    return name in found and found[name] == (value if is_plain(value) else to_plain(value))


def _link(link: SpanLink) -> JsonObject:
    optional: dict[str, JsonValue] = {
        "traceState": link.trace_state,
        "attributes": to_key_values(link.attributes),
        "flags": link.flags,
        **_dropped(link.dropped_attributes),
    }
    return {
        "traceId": link.trace_id,
        "spanId": link.span_id,
        **{name: value for name, value in optional.items() if value},
    }


def _session_link(span: Span) -> list[JsonObject]:
    """Link a WebSocket message, which is a trace of its own, to its session."""
    trace_id, _, span_id = str(span.attributes.get(SESSION, "")).partition("/")
    is_id = _is_hex(trace_id, TRACE_ID_DIGITS) and _is_hex(span_id, SPAN_ID_DIGITS)
    return [{"traceId": trace_id, "spanId": span_id}] if is_id else []


def _is_hex(text: str, digits: int) -> bool:
    return len(text) == digits and set(text) <= set("0123456789abcdef")


def _event(event: SpanEvent) -> JsonObject:
    attributes = {**as_values(event.attributes), **event.exact}
    return {
        "name": event.name,
        "timeUnixNano": str(event.time_ns),
        "attributes": to_key_values(attributes),
        **_dropped(event.dropped_attributes),
    }


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
