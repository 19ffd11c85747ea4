"""Reads OTLP's protobuf encoding: spans are counted first (`wire.py`), then parsed one at a time."""

import base64
from collections.abc import Sequence

from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource as ResourceMessage
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SpanMessage

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import SpanRejectedError, malformed
from dashboard.ingest.spans import Resource, SpanBatch, SpanFields, build_span, read_sender
from dashboard.ingest.values import SpanBudget, Value, ValueBudget
from dashboard.ingest.wire import ProtobufScan
from dashboard.traces.span import Span, SpanEvent


def read_protobuf(body: bytes, limits: IngestLimits, received_ns: int) -> SpanBatch:
    """Return the spans of an ExportTraceServiceRequest. Raise RequestRefusedError if it is malformed or too large."""
    batch = SpanBatch()
    for encoded_resource in ProtobufScan(body, limits).resources():
        sender = _resource(encoded_resource.resource, limits)
        batch.add_sender(sender)
        for encoded in encoded_resource.spans:
            try:
                batch.spans.append(_span(encoded, sender, limits, received_ns + len(batch.spans)))
            except SpanRejectedError as why:
                batch.reject(why)
    return batch


def _resource(encoded: bytes, limits: IngestLimits) -> Resource:
    if len(encoded) > limits.span_bytes:
        raise malformed(f"a resource of more than {limits.span_bytes} bytes")
    message = ResourceMessage()
    _parse(message, encoded)
    return read_sender(SpanBudget(limits).attributes(message.attributes, _pair))


def _span(encoded: bytes, sender: Resource, limits: IngestLimits, received_ns: int) -> Span:
    if len(encoded) > limits.span_bytes:
        raise SpanRejectedError(f"a span of more than {limits.span_bytes} bytes")
    message = SpanMessage()
    _parse(message, encoded)
    budget = SpanBudget(limits)
    fields = SpanFields(
        trace_id=message.trace_id.hex(),
        span_id=message.span_id.hex(),
        parent_id=message.parent_span_id.hex(),
        name=budget.name(message.name),
        kind=message.kind,
        start_ns=message.start_time_unix_nano,
        end_ns=message.end_time_unix_nano,
        status_code=message.status.code,
        status_message=budget.name(message.status.message),
        attributes=budget.attributes(message.attributes, _pair),
        events=tuple(_event(event, budget) for event in budget.first_events(message.events)),
    )
    return build_span(fields, sender, budget, received_ns)


def _parse(message: Message, encoded: bytes) -> None:
    try:
        message.ParseFromString(encoded)
    except DecodeError as error:
        raise malformed(f"protobuf: {error}") from error


def _event(event: SpanMessage.Event, budget: SpanBudget) -> SpanEvent:
    return SpanEvent(budget.name(event.name), event.time_unix_nano, budget.attributes(event.attributes, _pair))


def _pair(pair: KeyValue, budget: ValueBudget) -> tuple[str, Value]:
    return pair.key, _value(pair.value, budget)


def _value(value: AnyValue, budget: ValueBudget) -> Value:  # noqa: PLR0911 - one line a kind
    """Return a value that JSON can carry: bytes become base64, an empty AnyValue becomes ""."""
    match value.WhichOneof("value"):
        case "string_value":
            return budget.text(value.string_value)
        case "bool_value":
            return value.bool_value
        case "int_value":
            return budget.integer(value.int_value)
        case "double_value":
            return budget.double(value.double_value)
        case "bytes_value":
            return budget.text(base64.b64encode(value.bytes_value).decode())
        case "array_value":
            return budget.each(value.array_value.values, _value)
        case "kvlist_value":
            return _map(value.kvlist_value.values, budget)
    return ""


def _map(pairs: Sequence[KeyValue], budget: ValueBudget) -> dict[str, Value]:
    return dict(budget.each(pairs, lambda pair, inner: (inner.text(pair.key), _value(pair.value, inner))))
