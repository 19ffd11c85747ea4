"""Reads OTLP's protobuf encoding: spans are counted first (`wire.py`), then parsed one at a time."""

import base64
from collections.abc import Sequence

from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource as ResourceMessage
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SpanMessage

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import RejectedError, malformed
from dashboard.ingest.spans import Batch, Resource, SpanFields, resource, span
from dashboard.ingest.values import Room, SpanRoom, Value
from dashboard.ingest.wire import Scan
from dashboard.traces.span import Event, Span


def read_protobuf(body: bytes, limits: IngestLimits, received_ns: int) -> Batch:
    """The batch in an ExportTraceServiceRequest. Raises RefusedError when it is none or too large."""
    batch = Batch()
    for piece in Scan(body, limits).resources():
        sender = _resource(piece.resource, limits)
        batch.heard(sender)
        for encoded in piece.spans:
            try:
                batch.spans.append(_span(encoded, sender, limits, received_ns + len(batch.spans)))
            except RejectedError as why:
                batch.reject(why)
    return batch


def _resource(encoded: bytes, limits: IngestLimits) -> Resource:
    if len(encoded) > limits.span_bytes:
        raise malformed(f"a resource of more than {limits.span_bytes} bytes")
    message = ResourceMessage()
    _parse(message, encoded)
    return resource(SpanRoom(limits).attributes(message.attributes, _pair))


def _span(encoded: bytes, sender: Resource, limits: IngestLimits, received_ns: int) -> Span:
    if len(encoded) > limits.span_bytes:
        raise RejectedError(f"a span of more than {limits.span_bytes} bytes")
    message = SpanMessage()
    _parse(message, encoded)
    room = SpanRoom(limits)
    fields = SpanFields(
        trace_id=message.trace_id.hex(),
        span_id=message.span_id.hex(),
        parent_id=message.parent_span_id.hex(),
        name=room.name(message.name),
        kind=message.kind,
        start_ns=message.start_time_unix_nano,
        end_ns=message.end_time_unix_nano,
        status_code=message.status.code,
        status_message=room.name(message.status.message),
        attributes=room.attributes(message.attributes, _pair),
        events=tuple(_event(event, room) for event in room.first_events(message.events)),
    )
    return span(fields, sender, room, received_ns)


def _parse(message: Message, encoded: bytes) -> None:
    try:
        message.ParseFromString(encoded)
    except DecodeError as error:
        raise malformed(f"protobuf: {error}") from error


def _event(event: SpanMessage.Event, room: SpanRoom) -> Event:
    return Event(room.name(event.name), event.time_unix_nano, room.attributes(event.attributes, _pair))


def _pair(pair: KeyValue, room: Room) -> tuple[str, Value]:
    return pair.key, _value(pair.value, room)


def _value(value: AnyValue, room: Room) -> Value:  # noqa: PLR0911 - one line a kind
    """A value that JSON can carry: bytes become base64, nothing becomes ""."""
    match value.WhichOneof("value"):
        case "string_value":
            return room.text(value.string_value)
        case "bool_value":
            return value.bool_value
        case "int_value":
            return room.integer(value.int_value)
        case "double_value":
            return room.double(value.double_value)
        case "bytes_value":
            return room.text(base64.b64encode(value.bytes_value).decode())
        case "array_value":
            return room.each(value.array_value.values, _value)
        case "kvlist_value":
            return _map(value.kvlist_value.values, room)
    return ""


def _map(pairs: Sequence[KeyValue], room: Room) -> dict[str, Value]:
    return dict(room.each(pairs, lambda pair, inner: (inner.text(pair.key), _value(pair.value, inner))))
