"""Spans per second that a dashboard takes in: whole OTLP messages over HTTP, as its senders write them."""

import time
from collections.abc import Iterator

import httpx
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

SPANS_A_MESSAGE = 500
SPANS_A_TRACE = 20
MESSAGES = 60


def report(port: int) -> Iterator[str]:
    """One line: how many were accepted, and how often the dashboard asked to slow down."""
    # Made beforehand: encoding costs the sender more than taking in costs the dashboard.
    messages = [encode_spans(_spans()).SerializeToString() for _ in range(MESSAGES)]
    with httpx.Client(trust_env=False, timeout=30, headers={"content-type": "application/x-protobuf"}) as http:
        url = f"http://127.0.0.1:{port}/v1/traces"
        begun = time.perf_counter()
        answers = [http.post(url, content=message) for message in messages]
        seconds = time.perf_counter() - begun
    refused = sum(not answer.is_success for answer in answers)
    accepted = SPANS_A_MESSAGE * (MESSAGES - refused)
    yield f"Spans taken in: {accepted / seconds:,.0f} a second, one sender ({refused} of {MESSAGES} messages refused)"


def _spans() -> list[ReadableSpan]:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    tracer = provider.get_tracer("bench")
    for _ in range(SPANS_A_MESSAGE // SPANS_A_TRACE):
        with tracer.start_as_current_span("server"):
            for number in range(SPANS_A_TRACE - 1):
                tracer.start_span("query", attributes={"gatescope.stage": "query", "number": number}).end()
    return list(kept.get_finished_spans())
