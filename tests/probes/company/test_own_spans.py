"""The project's own spans are read within bounds, whatever they are, and their provider notices nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from probes.company import own_spans
from probes.company.own_opentelemetry import begin_request
from probes.recording import SPANS_A_REQUEST, RequestRecord
from probes.request import finish_request
from probes.stage_kinds import VIEW
from probes.stages import stage
from probes.tracing import Instrument
from tests.probes.observed_request import TRACE, TRACEPARENT, arrival, inside
from tests.probes.receiver import Receiver

Install = Callable[..., Instrument]
pytestmark = pytest.mark.usefixtures("instrument")


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """The exporter of a project that has set up OpenTelemetry for itself."""
    kept = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource({"service.name": "own"}), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    yield kept
    provider.shutdown()


def tracer() -> trace.Tracer:
    provider = trace._TRACER_PROVIDER
    assert provider is not None
    return provider.get_tracer("shop")


def begun(*traceparents: str) -> RequestRecord:
    return begin_request(arrival(traceparents=traceparents), object())


def test_the_first_trace_that_begins_inside_a_request_is_its_own_and_no_other(
    exporter: InMemorySpanExporter, receiver: Receiver
) -> None:
    record = begun()
    with inside(record.server), stage(VIEW, "v"):
        for name in ("first", "second"):
            tracer().start_span(name).end()
    finish_request(record, 200, None)
    server = receiver.one("server")
    first, second = (f"{span.context.trace_id:032x}" for span in exporter.get_finished_spans() if span.context)
    assert first == server.trace_id != second
    receiver.until(lambda: len(receiver.ended("span")) == 2)
    assert {span.parent_id for span in receiver.ended("span")} == {receiver.one("view").span_id}
    assert {span.trace_id for span in receiver.ended("span")} == {server.trace_id}


def test_outside_of_requests_ids_are_the_generator_s(exporter: InMemorySpanExporter) -> None:
    record = begun()
    finish_request(record, 200, None)
    tracer().start_span("later").end()
    [later] = exporter.get_finished_spans()
    assert later.context
    assert later.context.trace_id != int.from_bytes(record.server.trace_id)


def test_a_caller_s_trace_goes_on(exporter: InMemorySpanExporter, receiver: Receiver) -> None:
    record = begun(TRACEPARENT)
    assert record.reserved_trace_id == 0
    finish_request(record, 200, None)
    assert receiver.one("server").trace_id == TRACE


def test_a_span_that_has_ended_surrounds_nothing(exporter: InMemorySpanExporter) -> None:
    """Servers start a pipelined request inside its predecessor's context."""
    with trace.use_span(tracer().start_span("predecessor")) as before:
        before.end()
        record = begun()
    assert record.server.parent_id == b""
    finish_request(record, 200, None)


def test_beyond_the_cap_they_are_counted(exporter: InMemorySpanExporter, receiver: Receiver) -> None:
    record = begun()
    with inside(record.server):
        for _ in range(SPANS_A_REQUEST + 5):
            tracer().start_span("one of many").end()
    finish_request(record, 200, None)
    server = receiver.one("server")
    assert server["gatescope.spans_cut.span"] == server["gatescope.spans_cut"] == 6
    assert len(exporter.get_finished_spans()) == SPANS_A_REQUEST + 5


def test_spans_that_never_end_are_forgotten(
    exporter: InMemorySpanExporter, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_spans, "SPANS_FOLLOWED", 3)
    record = begun()
    with inside(record.server):
        left_open = [tracer().start_span(f"span {number}") for number in range(5)]
    finish_request(record, 200, None)
    receiver.until(lambda: {span.name for span in receiver.ended("span")} == {"span 0", "span 1"})
    for span in left_open:
        span.end()


def test_a_failure_of_ours_reaches_neither_request_nor_exporter(
    exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise LookupError("inside the instrument")

    monkeypatch.setattr(own_spans, "current_stage", broken)
    monkeypatch.setattr(own_spans, "_described", broken)
    record = begun()
    with inside(record.server), tracer().start_as_current_span("fine"):
        pass
    finish_request(record, 200, None)
    assert [span.name for span in exporter.get_finished_spans()] == ["fine"]
    assert "instrument failed with LookupError" in caplog.text


def test_what_came_from_the_project_is_not_handed_back_to_it(
    exporter: InMemorySpanExporter, receiver: Receiver, install: Install
) -> None:
    install(endpoint=receiver.endpoint, reexport=True)
    record = begun()
    with inside(record.server), tracer().start_as_current_span("its own"):
        pass
    finish_request(record, 200, None)
    receiver.until(lambda: receiver.ended("span") and receiver.ended("server"))
    receiver.until(lambda: len(exporter.get_finished_spans()) >= 2)
    assert [span.name for span in exporter.get_finished_spans()].count("its own") == 1


def test_an_error_and_events_are_told(exporter: InMemorySpanExporter, receiver: Receiver) -> None:
    record = begun()
    with (
        inside(record.server),
        pytest.raises(LookupError),
        tracer().start_as_current_span("broken", attributes={"logfire.msg": "broken 5"}),
    ):
        raise LookupError("gone")
    finish_request(record, 500, None)
    span = receiver.one("span")
    assert (span.name, span.failed) == ("broken 5", True)
    assert [event["exception.type"] for event in span.events] == ["LookupError"]
