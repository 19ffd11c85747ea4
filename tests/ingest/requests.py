"""Requests as OTLP senders write them. Ids and times are the ones of the OTLP documentation's style of example."""

import gzip
import json
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

TRACE_ID = "5B8EFFF798038103D269B633813FC60C"
SPAN_ID = "EEE19B7EC3C1B174"
PARENT_ID = "EEE19B7EC3C1B173"
START_NS = 1544712660000000000
END_NS = 1544712661000000000


def json_span(**fields: Any) -> dict[str, Any]:
    """A span as OTLP/JSON writes it."""
    return {
        "traceId": TRACE_ID,
        "spanId": SPAN_ID,
        "parentSpanId": PARENT_ID,
        "name": "I'm a server span",
        "startTimeUnixNano": str(START_NS),
        "endTimeUnixNano": str(END_NS),
        "kind": 2,
        "attributes": [{"key": "my.span.attr", "value": {"stringValue": "some value"}}],
        **fields,
    }


def json_request(*spans: dict[str, Any], resource: dict[str, Any] | None = None) -> dict[str, Any]:
    """A request with these spans from `my.service`."""
    service = {"attributes": [{"key": "service.name", "value": {"stringValue": "my.service"}}]}
    return {
        "resourceSpans": [
            {
                "resource": service if resource is None else resource,
                "scopeSpans": [{"scope": {"name": "my.library", "version": "1.0.0"}, "spans": list(spans)}],
            }
        ]
    }


def json_body(*spans: dict[str, Any], **fields: Any) -> bytes:
    """The same, encoded."""
    return json.dumps(json_request(*spans, **fields)).encode()


def proto_request(count: int = 1, **fields: Any) -> ExportTraceServiceRequest:
    """`count` spans from `my.service`; ids count up from 1."""
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add()
    service = group.resource.attributes.add(key="service.name")
    service.value.string_value = "my.service"
    scope = group.scope_spans.add()
    for number in range(1, count + 1):
        scope.spans.add(
            trace_id=bytes.fromhex(TRACE_ID),
            span_id=number.to_bytes(8, "big"),
            **{
                "name": f"span {number}",
                "start_time_unix_nano": START_NS,
                "end_time_unix_nano": END_NS,
                **fields,
            },
        )
    return request


def proto_body(count: int = 1, **fields: Any) -> bytes:
    """The same, encoded."""
    return proto_request(count, **fields).SerializeToString()


def zipped(body: bytes) -> bytes:
    """The body as gzip."""
    return gzip.compress(body)
