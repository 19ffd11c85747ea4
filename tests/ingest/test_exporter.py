"""The exporter that OpenTelemetry ships, against a running server."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import websockets
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status, StatusCode

from tests.support.bare_dashboard import serving


class Collecting(SpanExporter):
    """Keeps what ended, so that a test exports it itself and sees the result."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.spans += spans
        return SpanExportResult.SUCCESS


def recorded() -> list[ReadableSpan]:
    """Spans as a program makes them."""
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    collecting = Collecting()
    provider = TracerProvider(resource=Resource.create({"service.name": "stranger"}))
    provider.add_span_processor(SimpleSpanProcessor(collecting))
    tracer = provider.get_tracer("tests")
    with tracer.start_as_current_span("outer") as outer:
        outer.set_attribute("numbers", [1, 2, 3])
        outer.set_status(Status(StatusCode.ERROR, "broken"))
        with tracer.start_as_current_span("inner") as inner:
            inner.add_event("happened", {"why": "test"})
    provider.shutdown()
    return collecting.spans


@pytest.mark.parametrize("compression", list(Compression))
async def test_what_the_stock_exporter_sends_is_shown(tmp_path: Path, compression: Compression) -> None:
    with serving(tmp_path) as server:
        exporter = OTLPSpanExporter(f"{server.url}/v1/traces", compression=compression)
        assert exporter.export(recorded()) is SpanExportResult.SUCCESS
        exporter.shutdown()  # type: ignore[no-untyped-call]  # of OpenTelemetry
        async with websockets.connect(server.live, origin=server.url) as viewer:
            spans = {span["name"]: span for span in json.loads(await viewer.recv())["spans"]}
    outer, inner = spans["outer"], spans["inner"]
    assert (outer["server"], outer["status"], outer["attributes"]["numbers"]) == ("stranger", "error", [1, 2, 3])
    assert outer["attributes"]["otel.status_description"] == "broken"
    assert inner["parent_id"] == outer["span_id"]
    assert (inner["events"][0]["name"], inner["events"][0]["attributes"]) == ("happened", {"why": "test"})
