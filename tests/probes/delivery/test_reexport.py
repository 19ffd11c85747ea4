"""On request our stages also go to the OpenTelemetry that the application has configured itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from probes.django.query import QUERY
from probes.request import begin_request, finish_request
from probes.stage_kinds import VIEW
from probes.stages import stage
from probes.tracing import Instrument
from probes.values import FixedAttributes
from tests.probes.observed_request import PARENT, TRACE, TRACEPARENT, arrival, inside, observed_request
from tests.probes.receiver import Receiver

Install = Callable[..., Instrument]


@pytest.fixture
def applications_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """The exporter of an application that has set up OpenTelemetry for itself."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource({"service.name": "own"}), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    yield exporter
    provider.shutdown()


def by_stage(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {str((span.attributes or {})["gatescope.stage"]): span for span in exporter.get_finished_spans()}


def test_every_stage_arrives_as_a_span_of_the_sdk(
    receiver: Receiver, install: Install, applications_own: InMemorySpanExporter
) -> None:
    install(endpoint=receiver.endpoint, reexport=True)
    record = begin_request(arrival(traceparents=(TRACEPARENT,)), object())
    fixed = FixedAttributes({"gatescope.mode": "sync"})
    with inside(record.server), pytest.raises(LookupError), stage(VIEW, "v", {"a": 1}, fixed), stage(QUERY, "q"):
        raise LookupError("gone")
    finish_request(record, 200, None)
    receiver.until(lambda: len(applications_own.get_finished_spans()) == 3)
    seen = by_stage(applications_own)
    server, view, query = seen["server"], seen["view"], seen["query"]
    assert server.parent is not None
    assert view.parent is not None
    assert query.parent is not None
    assert server.context is not None
    assert view.context is not None
    assert (f"{server.context.trace_id:032x}", f"{server.parent.span_id:016x}") == (TRACE, PARENT)
    assert server.parent.is_remote
    assert view.parent.span_id == server.context.span_id
    assert query.parent.span_id == view.context.span_id
    assert (server.kind, view.kind) == (SpanKind.SERVER, SpanKind.INTERNAL)
    assert (view.attributes or {}).items() >= {"a": 1, "gatescope.mode": "sync", "error.type": "LookupError"}.items()
    assert view.status.status_code is StatusCode.ERROR
    assert [event.name for event in view.events] == ["exception"]
    assert view.end_time is not None
    assert view.end_time > (view.start_time or 0)
    assert view.resource.attributes["service.name"] == "own"


def test_an_exporter_that_sends_only_what_is_sampled_takes_them(
    receiver: Receiver, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=50))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    install(endpoint=receiver.endpoint, reexport=True)
    with observed_request():
        pass
    receiver.until(lambda: len(exporter.get_finished_spans()) == 1)
    provider.shutdown()


def test_unless_it_is_asked_for_nothing_is_handed_on(
    receiver: Receiver, install: Install, applications_own: InMemorySpanExporter
) -> None:
    install(endpoint=receiver.endpoint)
    with observed_request(), stage(VIEW, "v"):
        pass
    receiver.one("server")
    assert applications_own.get_finished_spans() == ()


def test_an_application_without_opentelemetry_is_left_alone(receiver: Receiver, install: Install) -> None:
    install(endpoint=receiver.endpoint, reexport=True)
    with observed_request():
        pass
    assert receiver.one("server").end_ns
