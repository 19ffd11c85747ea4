"""Spans that are told of in logs: what the partial-span processors write while a span is open."""

import base64
import json
from typing import Any

import pytest
from google.protobuf.json_format import MessageToJson
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.logs import read_logs
from dashboard.ingest.refusal import RequestRefusedError
from dashboard.ingest.response import Encoding
from dashboard.ingest.spans import SpanBatch
from dashboard.traces.store import TraceStore
from tests.ingest.requests import END_NS, TRACE_ID, proto_body, proto_request


def logged(event: str, body: Any, at_ns: int = 7) -> ExportLogsServiceRequest:
    """A request with a line of text and with one record of a partial-span processor."""
    request = ExportLogsServiceRequest()
    records = request.resource_logs.add().scope_logs.add().log_records
    records.add().body.string_value = "started"
    record = records.add(time_unix_nano=at_ns)
    record.attributes.add(key="partial.event").value.string_value = event
    setattr(record.body, "bytes_value" if isinstance(body, bytes) else "string_value", body)
    return request


def read(request: ExportLogsServiceRequest) -> SpanBatch:
    return read_logs(request.SerializeToString(), Encoding.PROTOBUF, IngestLimits(), 1)


def as_json(body: bytes) -> str:
    """A span as the processors for Python and Java write it: protobuf's JSON, with ids in base64."""
    return MessageToJson(TracesData.FromString(body))


OPEN = proto_body(end_time_unix_nano=0)
BODIES = [as_json(OPEN), base64.b64encode(OPEN).decode(), OPEN]


@pytest.mark.parametrize("body", BODIES, ids=["JSON", "base64", "bytes"])
def test_a_heartbeat_opens_the_span_that_it_carries(body: Any) -> None:
    [span] = read(logged("heartbeat", body)).spans
    assert (span.trace_id, span.server, span.end_ns, span.more.version) == (TRACE_ID.lower(), "my.service", None, 7)


def test_logs_in_json_are_read_alike() -> None:
    record = {
        "observedTimeUnixNano": "9",
        "attributes": [{"key": "partial.event", "value": {"stringValue": "heartbeat"}}],
        "body": {"stringValue": as_json(OPEN)},
    }
    body = json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [record, 7, {"attributes": 5}]}]}]})
    [span] = read_logs(body.encode(), Encoding.JSON, IngestLimits(), 1).spans
    assert (span.end_ns, span.more.version) == (None, 9)


def test_the_later_heartbeat_counts_whatever_came_first_and_the_end_beats_them_all() -> None:
    [first] = read(logged("heartbeat", OPEN, 1)).spans
    [second] = read(logged("heartbeat", proto_body(end_time_unix_nano=0, name="renamed"), 2)).spans
    [end] = read(logged("stop", as_json(proto_body()))).spans
    store = TraceStore()
    store.absorb([second, first])
    assert store.trace(first.trace_id) == [second]
    store.absorb([end, second, first])
    assert [span.end_ns for span in store.trace(first.trace_id)] == [END_NS]


def test_logs_without_spans_are_none() -> None:
    request = ExportLogsServiceRequest()
    request.resource_logs.add().scope_logs.add().log_records.add().body.string_value = "started"
    assert read(request).spans == []
    assert read_logs(b"no protobuf at all", Encoding.PROTOBUF, IngestLimits(), 1).spans == []


@pytest.mark.parametrize("body", ["", "no span", "{", as_json(proto_body(start_time_unix_nano=2**63))])
def test_a_heartbeat_that_carries_no_span_is_counted_and_costs_itself_alone(body: str) -> None:
    request = logged("heartbeat", OPEN)
    request.MergeFrom(logged("heartbeat", body))
    batch = read(request)
    assert len(batch.spans) == 1
    assert batch.rejected == (1 if body else 0)


def test_many_records_are_bounded() -> None:
    carried = proto_request(3).SerializeToString()
    request = logged("stop", carried)
    request.MergeFrom(logged("stop", carried))
    batch = read_logs(request.SerializeToString(), Encoding.PROTOBUF, IngestLimits(spans=5), 1)
    assert (len(batch.spans), batch.rejected) == (3, 1)
    with pytest.raises(RequestRefusedError):
        read_logs(b'{"partial.event"', Encoding.JSON, IngestLimits(), 1)
