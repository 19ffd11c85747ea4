"""Reads one resource, one scope and one span of OTLP's protobuf encoding."""

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

from google.protobuf.message import DecodeError
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource as ResourceMessage
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SpanMessage

from dashboard.ingest.encoded_span import parse_encoded_span
from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import SpanRejectedError
from dashboard.ingest.sender import Sender, read_sender
from dashboard.ingest.spans import SpanFields, build_span, describe
from dashboard.ingest.values import KnownAttributes, SpanBudget, ValueBudget
from dashboard.traces.details import SpanLink
from dashboard.traces.source import ScopeDescription
from dashboard.traces.span import Span, SpanEvent
from dashboard.traces.values import Value

M = TypeVar("M")


def read_resource(encoded: bytes, schema_url: bytes, limits: IngestLimits) -> Sender:
    """Return the sender. Raise SpanRejectedError, which holds for all its spans, if it cannot be read."""
    message = _parse(ResourceMessage.FromString, encoded, "a resource", limits)
    budget = SpanBudget(limits)
    attributes = budget.attributes(message.attributes, _pair)
    return read_sender(attributes, message.dropped_attributes_count, _schema_url(schema_url, budget))


def read_scope(encoded: bytes, schema_url: bytes, limits: IngestLimits) -> ScopeDescription:
    """Return the scope. Raise SpanRejectedError, which holds for all its spans, if it cannot be read."""
    message = _parse(InstrumentationScope.FromString, encoded, "a scope", limits)
    budget = SpanBudget(limits)
    return ScopeDescription(
        name=budget.name(message.name),
        version=budget.name(message.version),
        attributes=budget.attributes(message.attributes, _pair),
        dropped_attributes=message.dropped_attributes_count,
        schema_url=_schema_url(schema_url, budget),
    )


def read_span(
    encoded: bytes, sender: Sender, limits: IngestLimits, received_ns: int, known: KnownAttributes[bytes]
) -> Span:
    """Return the span. Raise SpanRejectedError if it cannot be read; `known` is the same for a whole message."""
    span = _parse(parse_encoded_span, encoded, "a span", limits)
    budget = SpanBudget(limits)
    attributes, exact = budget.split_attributes(span.attributes, _encoded_pair, known)
    events: tuple[SpanEvent, ...] = ()
    links: tuple[SpanLink, ...] = ()
    # Each access to a field of a message that is not there makes an object, which few spans need.
    if span.HasField("events") or span.HasField("links"):
        whole = _parse(SpanMessage.FromString, encoded, "a span", limits)
        events = tuple(_event(event, budget) for event in budget.first_events(whole.events))
        links = tuple(_link(link, budget) for link in budget.first_links(whole.links))
    status_code, status_message = 0, ""
    if span.HasField("status"):
        status = span.status
        status_code, status_message = status.code, budget.name(status.message)
    fields = SpanFields(  # in the order of declaration: by name, it takes several times as long to make
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        budget.name(span.name),
        span.kind,
        span.start_time_unix_nano,
        span.end_time_unix_nano,
        status_code,
        status_message,
        attributes,
        exact,
        events,
        span.flags,
        describe(
            links,
            budget.name(trace_state) if (trace_state := span.trace_state) else "",
            span.dropped_attributes_count,
            span.dropped_events_count,
            span.dropped_links_count,
        ),
    )
    return build_span(fields, sender, budget, received_ns)


def _parse(parse: Callable[[bytes], M], encoded: bytes, what: str, limits: IngestLimits) -> M:
    if len(encoded) > limits.span_bytes:
        raise SpanRejectedError(f"{what} of more than {limits.span_bytes} bytes")
    try:
        return parse(encoded)
    except DecodeError as error:
        raise SpanRejectedError(f"{what} is no protobuf: {error}") from error


def _schema_url(encoded: bytes, budget: SpanBudget) -> str:
    return budget.name(encoded.decode("utf-8", "replace"))


def _event(event: SpanMessage.Event, budget: SpanBudget) -> SpanEvent:
    name = budget.name(event.name)
    attributes, exact = budget.split_attributes(event.attributes, _pair)
    return SpanEvent(name, event.time_unix_nano, attributes, event.dropped_attributes_count, exact)


def _link(link: SpanMessage.Link, budget: SpanBudget) -> SpanLink:
    return SpanLink(
        trace_id=link.trace_id.hex()[:32],
        span_id=link.span_id.hex()[:16],
        trace_state=budget.name(link.trace_state),
        attributes=budget.attributes(link.attributes, _pair),
        dropped_attributes=link.dropped_attributes_count,
        flags=link.flags,
    )


def _encoded_pair(encoded: bytes, budget: ValueBudget) -> tuple[str, Value]:
    try:
        return _pair(KeyValue.FromString(encoded), budget)
    except DecodeError as error:
        raise SpanRejectedError(f"an attribute is no protobuf: {error}") from error


def _pair(pair: KeyValue, budget: ValueBudget) -> tuple[str, Value]:
    value = pair.value
    # Most are texts, and a call for each would be felt.
    is_text = value.WhichOneof("value") == "string_value"
    return pair.key, budget.text(value.string_value) if is_text else _value(value, budget)


def _value(value: AnyValue, budget: ValueBudget) -> Value:  # noqa: PLR0911 - one line a kind
    match value.WhichOneof("value"):
        case "string_value":
            return budget.text(value.string_value)
        case "int_value":
            return budget.integer(value.int_value)
        case "bool_value":
            return value.bool_value
        case "double_value":
            return budget.double(value.double_value)
        case "bytes_value":
            return budget.base64(base64.b64encode(value.bytes_value).decode())
        case "array_value":
            return budget.each(value.array_value.values, _value)
        case "kvlist_value":
            return _map(value.kvlist_value.values, budget)
    budget.plain = False
    return None


def _map(pairs: Sequence[KeyValue], budget: ValueBudget) -> Value:
    return budget.map(dict(budget.each(pairs, lambda pair, inner: (inner.text(pair.key), _value(pair.value, inner)))))
