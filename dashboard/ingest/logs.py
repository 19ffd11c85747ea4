"""Reads the logs that senders export: nothing of them is kept but the spans that some of them carry.

The partial-span processors of G-Research (https://github.com/G-Research/otel-partial-python, and those for Java, .NET
and C++) log a record when a span starts, and again every few seconds while it is open: `partial.event` is
"heartbeat", the body is the span as TracesData, as protobuf's JSON or as base64 of protobuf. The version of such a
snapshot is the time of its record. With "stop" they log the ended span.
"""

import base64
import binascii
import json
from collections.abc import Iterator

from google.protobuf.message import DecodeError
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.open_spans import snapshot
from dashboard.ingest.otlp_json import read_json
from dashboard.ingest.protobuf import read_protobuf
from dashboard.ingest.refusal import RequestRefusedError, SpanRejectedError, malformed, too_large
from dashboard.ingest.response import Encoding
from dashboard.ingest.spans import SpanBatch
from dashboard.ingest.wire import ProtobufScan
from dashboard.types import JsonValue

EVENT = "partial.event"
HEARTBEAT, STOP = "heartbeat", "stop"
LATEST_NS = 2**63 - 1


def read_logs(body: bytes, encoding: Encoding, limits: IngestLimits, received_ns: int) -> SpanBatch:
    """Return the spans that an ExportLogsServiceRequest tells of.

    Called on the decoder's thread, with the body inflated. Raise RequestRefusedError if it is malformed or too large.
    """
    batch = SpanBatch()
    if EVENT.encode() not in body:  # almost all logs: their text is not even parsed
        return batch
    read = _protobuf_records if encoding is Encoding.PROTOBUF else _json_records
    for at_ns, event, carried in read(body, limits):
        try:
            _take(batch, at_ns, event, carried, limits, received_ns)
        except (RequestRefusedError, SpanRejectedError) as why:
            batch.reject(SpanRejectedError(f"a log record carries no span: {why}"))
    return batch


def _take(  # noqa: PLR0917 - a record, and where its spans go
    batch: SpanBatch, at_ns: int, event: str, carried: str | bytes, limits: IngestLimits, received_ns: int
) -> None:
    """Add the spans that a record carries."""
    found = _read_traces(carried, limits, received_ns + len(batch.spans))
    if found.rejected:
        raise SpanRejectedError(found.reason)
    if len(batch.spans) + len(found.spans) > limits.spans:
        raise too_large(f"more than {limits.spans} spans in one request")
    version = min(max(at_ns, 1), LATEST_NS)
    if event == HEARTBEAT:
        batch.spans += [snapshot(span, version) for span in found.spans]
    elif event == STOP:
        batch.spans += [span for span in found.spans if span.final]


def _read_traces(carried: str | bytes, limits: IngestLimits, received_ns: int) -> SpanBatch:
    """Read TracesData, which is written like an ExportTraceServiceRequest."""
    if isinstance(carried, bytes):
        return read_protobuf(carried, limits, received_ns)
    if carried.lstrip().startswith("{"):
        return read_json(carried.encode("utf-8", "replace"), limits, received_ns)
    try:
        return read_protobuf(base64.b64decode(carried, validate=True), limits, received_ns)
    except (binascii.Error, ValueError) as error:
        raise SpanRejectedError("expected JSON or base64 as its body") from error


def _protobuf_records(body: bytes, limits: IngestLimits) -> Iterator[tuple[int, str, str | bytes]]:
    """Yield (time, event, body) of each record that carries a span.

    A request with logs has the structure of one with spans, field by field (opentelemetry/proto/logs/v1/logs.proto).
    """
    groups = ProtobufScan(body, limits).resources()
    for encoded in (record for group in groups for scope in group.scopes for record in scope.spans):
        if EVENT.encode() not in encoded or len(encoded) > limits.span_bytes:
            continue
        record = LogRecord()
        try:
            record.ParseFromString(encoded)
        except DecodeError as error:
            raise malformed(f"protobuf: {error}") from error
        event = next((pair.value.string_value for pair in record.attributes if pair.key == EVENT), "")
        if event:
            yield record.time_unix_nano or record.observed_time_unix_nano, event, _content(record.body)


def _content(body: AnyValue) -> str | bytes:
    return body.bytes_value if body.WhichOneof("value") == "bytes_value" else body.string_value


def _json_records(body: bytes, limits: IngestLimits) -> Iterator[tuple[int, str, str | bytes]]:
    """Yield the same from OTLP/JSON."""
    if sum(map(body.count, (b"{", b"[", b","))) > limits.json_parts:
        raise too_large(f"more than {limits.json_parts} JSON values in one request")
    try:
        request = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise malformed(f"JSON: {error}") from error
    for group in _items(request, "resourceLogs"):
        for scope in _items(group, "scopeLogs"):
            for record in _items(scope, "logRecords"):
                event = next(
                    (_text(pair, "value") for pair in _items(record, "attributes") if _member(pair, "key") == EVENT),
                    "",
                )
                if event:
                    times = (_member(record, name) for name in ("timeUnixNano", "observedTimeUnixNano"))
                    yield next((ns for ns in map(_nanoseconds, times) if ns), 0), event, _text(record, "body")


def _member(holder: JsonValue, name: str) -> JsonValue:
    return holder.get(name) if isinstance(holder, dict) else None


def _items(holder: JsonValue, name: str) -> list[JsonValue]:
    found = _member(holder, name)
    return found if isinstance(found, list) else []


def _text(holder: JsonValue, name: str) -> str:
    """Return the text of an AnyValue."""
    found = _member(_member(holder, name), "stringValue")
    return found if isinstance(found, str) else ""


def _nanoseconds(value: JsonValue) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < len(str(LATEST_NS)) + 1:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
