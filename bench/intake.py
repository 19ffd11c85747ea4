"""Spans per second that a dashboard takes in: whole OTLP messages over HTTP and gRPC, as its senders write them.

Beside the wall clock stands the dashboard's own CPU: what one core would take in if it did nothing else.
"""

import functools
import time
from collections.abc import Callable, Iterator

import grpc
import httpx
import psutil
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

SPANS_A_MESSAGE = 500
SPANS_A_TRACE = 20
MESSAGES = 60
EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"


def report(pid: int, http_url: str, grpc_address: str) -> Iterator[str]:
    """Lines of a table: one sender over each protocol, whose messages were made beforehand."""
    yield "Spans taken in, one sender: a second, and a second of the dashboard's CPU"
    with httpx.Client(trust_env=False, timeout=30, headers={"content-type": "application/x-protobuf"}) as http:
        post = functools.partial(http.post, f"{http_url}/v1/traces")
        yield _measure("HTTP", pid, lambda message: post(content=message).raise_for_status())
    with grpc.insecure_channel(grpc_address) as channel:
        export: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(EXPORT)
        yield _measure("gRPC", pid, lambda message: export(message, timeout=30))


def _measure(protocol: str, pid: int, send: Callable[[bytes], object]) -> str:
    messages = [encode_spans(_spans()).SerializeToString() for _ in range(MESSAGES)]
    process = psutil.Process(pid)
    send(messages[0])  # the first of its kind pays for imports
    begun, cpu_begun = time.perf_counter(), process.cpu_times()
    for message in messages[1:]:
        send(message)
    seconds, cpu = time.perf_counter() - begun, process.cpu_times()
    cpu_s = cpu.user + cpu.system - cpu_begun.user - cpu_begun.system
    spans = SPANS_A_MESSAGE * (MESSAGES - 1)
    return f"  {protocol:<5} {spans / seconds:>9,.0f} {spans / cpu_s:>9,.0f}"


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
