"""One message: OpenTelemetry's own encoding, with the truth about this process at this moment."""

import os
from collections.abc import Iterable

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider

from probes import encoding
from probes.encoding import CHUNK, encode, encode_without_spans, process_attributes
from probes.identity import Identity
from probes.outbox import Losses, QueuedSpan

WHO = Identity(process_id=7, thread_id=8, thread_name="worker", loop=3)
tracer = TracerProvider(shutdown_on_exit=False).get_tracer("test")


def outgoing(name: str = "s", who: Identity | None = WHO, **attributes: object) -> QueuedSpan:
    span = tracer.start_span(name, attributes=attributes)  # type: ignore[arg-type]
    assert isinstance(span, ReadableSpan)
    span.end()
    return QueuedSpan(span, who)


def decoded(body: bytes) -> ExportTraceServiceRequest:
    return ExportTraceServiceRequest.FromString(body)


def spans(body: bytes) -> list[Span]:
    return [span for group in decoded(body).resource_spans for scope in group.scope_spans for span in scope.spans]


def attributes(pairs: Iterable[KeyValue]) -> dict[str, object]:
    return {pair.key: getattr(pair.value, str(pair.value.WhichOneof("value"))) for pair in pairs}


def test_more_than_a_chunk_is_one_message_in_order() -> None:
    names = [f"s{number}" for number in range(2 * CHUNK + 3)]
    body, unusable = encode([outgoing(name) for name in names], {}, hurry=True)
    assert [span.name for span in spans(body)] == names
    assert unusable == 0


def test_the_resource_is_that_of_this_process_once() -> None:
    body, _ = encode([outgoing()], process_attributes(Losses(1, 2, 3)))
    (group,) = decoded(body).resource_spans
    keys = [pair.key for pair in group.resource.attributes]
    described = attributes(group.resource.attributes)
    assert len(keys) == len(set(keys))
    assert described["process.pid"] == os.getpid()
    assert str(described["service.instance.id"]).endswith(f":{os.getpid()}")
    assert described["gatescope.dropped_spans"] == 1
    assert described["gatescope.reduced_requests"] == 2
    assert described["gatescope.counted_requests"] == 3


def test_a_span_says_who_opened_it() -> None:
    body, _ = encode([outgoing(key="value")], {})
    assert attributes(spans(body)[0].attributes) == {
        "key": "value",
        "process.pid": 7,
        "thread.id": 8,
        "thread.name": "worker",
        "gatescope.loop": 3,
    }


def test_without_a_loop_none_is_named() -> None:
    body, _ = encode([outgoing(who=Identity(7, 8, "worker", None))], {})
    assert "gatescope.loop" not in attributes(spans(body)[0].attributes)


def test_counters_travel_without_spans() -> None:
    body = encode_without_spans("gunicorn", process_attributes(Losses(counted_requests=9)))
    (group,) = decoded(body).resource_spans
    described = attributes(group.resource.attributes)
    assert described["service.name"] == "gunicorn"
    assert described["gatescope.counted_requests"] == 9
    assert spans(body) == []


def test_one_impossible_span_does_not_take_the_others_along(caplog: pytest.LogCaptureFixture) -> None:
    body, unusable = encode([outgoing("a"), outgoing("lone \udcff"), outgoing("c")], {})
    assert [span.name for span in spans(body)] == ["a", "c"]
    assert unusable == 1
    assert "the request is not affected" in caplog.text


def test_a_broken_encoder_costs_the_spans_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def raising(*_: object) -> None:
        raise RuntimeError("broken encoder")

    monkeypatch.setattr(encoding, "encode_spans", raising)
    assert encode([outgoing(), outgoing()], {}) == (b"", 2)
    assert "broken encoder" in caplog.text
