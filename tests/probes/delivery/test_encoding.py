"""One message: the spans that a process has to send, with the truth about it at this moment."""

import os
from collections.abc import Iterable

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from probes.delivery import encoding
from probes.delivery.encoding import CHUNK, encode, encode_without_spans, process_attributes, write_resource
from probes.delivery.outbox import Losses, OpenSpan
from probes.identity import Identity
from probes.values import FixedAttributes
from tests.probes.light_spans import START_NS, ended_span, open_span

WHO = Identity(process_id=7, thread_id=8, thread_name="worker", loop=3)


def decoded(body: bytes) -> ExportTraceServiceRequest:
    return ExportTraceServiceRequest.FromString(body)


def spans(body: bytes) -> list[Span]:
    return [span for group in decoded(body).resource_spans for scope in group.scope_spans for span in scope.spans]


def attributes(pairs: Iterable[KeyValue]) -> dict[str, object]:
    return {pair.key: getattr(pair.value, str(pair.value.WhichOneof("value"))) for pair in pairs}


def test_more_than_a_chunk_is_one_message_in_order() -> None:
    names = [f"s{number}" for number in range(2 * CHUNK + 3)]
    body, unusable = encode([ended_span(name) for name in names], [], b"", hurry=True)
    assert [span.name for span in spans(body)] == names
    assert unusable == 0


def test_an_open_span_is_sent_as_it_is_at_this_moment() -> None:
    opened = open_span(attributes={"a": 1})
    body, _ = encode([ended_span()], [OpenSpan(opened, {"a": 2})], b"")
    ended, shown = spans(body)
    assert (ended.end_time_unix_nano, shown.end_time_unix_nano) == (START_NS + 1_000, 0)
    assert attributes(shown.attributes)["a"] == 2


def test_the_resource_is_that_of_this_process_once() -> None:
    body, _ = encode([ended_span()], [], write_resource(process_attributes(Losses(1, 2, 3))))
    (group,) = decoded(body).resource_spans
    keys = [pair.key for pair in group.resource.attributes]
    described = attributes(group.resource.attributes)
    assert len(keys) == len(set(keys))
    assert described["process.pid"] == os.getpid()
    assert str(described["service.instance.id"]).endswith(f":{os.getpid()}")
    assert described["gatescope.dropped_spans"] == 1
    assert described["gatescope.reduced_requests"] == 2
    assert described["gatescope.counted_requests"] == 3


def test_a_span_says_what_it_is_and_who_opened_it() -> None:
    body, _ = encode([ended_span(attributes={"key": "value"}, who=WHO)], [], b"")
    assert attributes(spans(body)[0].attributes) == {
        "gatescope.stage": "view",
        "key": "value",
        "process.pid": 7,
        "thread.id": 8,
        "thread.name": "worker",
        "gatescope.loop": 3,
    }


def test_without_a_loop_none_is_named() -> None:
    body, _ = encode([ended_span(who=Identity(7, 8, "worker", None))], [], b"")
    assert "gatescope.loop" not in attributes(spans(body)[0].attributes)


def test_what_never_changes_is_completed_once_and_replaced_by_what_does() -> None:
    read = []

    def later() -> dict[str, str]:
        read.append("source")
        return {"code": "def view(): ..."}

    fixed = FixedAttributes({"name": "view", "mode": "sync"}, later)
    assert read == []
    body, _ = encode([ended_span(fixed=fixed), ended_span(attributes={"mode": "async"}, fixed=fixed)], [], b"")
    plain, replaced = spans(body)
    assert attributes(plain.attributes).items() >= {"name": "view", "mode": "sync", "code": "def view(): ..."}.items()
    assert attributes(replaced.attributes).items() >= {"name": "view", "mode": "async"}.items()
    assert [pair.key for pair in replaced.attributes].count("mode") == 1
    assert read == ["source"]


def test_counters_travel_without_spans() -> None:
    body = encode_without_spans(
        write_resource({"service.name": "gunicorn", **process_attributes(Losses(counted_requests=9))})
    )
    (group,) = decoded(body).resource_spans
    sent = attributes(group.resource.attributes)
    assert sent["service.name"] == "gunicorn"
    assert sent["gatescope.counted_requests"] == 9
    assert spans(body) == []


def test_an_impossible_value_costs_itself(caplog: pytest.LogCaptureFixture) -> None:
    impossible = {"huge": 1 << 64, "object": object(), "lone": "\udcff", "fine": 1}
    body, unusable = encode([ended_span(attributes=impossible), ended_span("b")], [], b"")  # type: ignore[arg-type]
    first, second = spans(body)
    assert attributes(first.attributes).keys() & impossible.keys() == {"fine"}
    assert second.name == "b"
    assert unusable == 0
    assert "the request is not affected" in caplog.text


def test_one_impossible_span_does_not_take_the_others_along(caplog: pytest.LogCaptureFixture) -> None:
    impossible = ended_span("b")
    impossible.start_ns = -1
    body, unusable = encode([ended_span("a"), impossible, ended_span("c")], [], b"")
    assert [span.name for span in spans(body)] == ["a", "c"]
    assert unusable == 1
    assert "the request is not affected" in caplog.text


def test_a_broken_writer_costs_the_spans_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def raising(*_: object) -> None:
        raise RuntimeError("broken writer")

    monkeypatch.setattr(encoding, "write_ended", raising)
    body, unusable = encode([ended_span(), ended_span()], [], b"")
    assert spans(body) == []
    assert unusable == 2
    assert "broken writer" in caplog.text
