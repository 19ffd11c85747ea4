"""The shop with Logfire, which sends to our own sink instead of its makers."""

import os

import logfire
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from bench.settings_bare import *  # noqa: F403

logfire.configure(
    send_to_logfire=False,
    console=False,
    metrics=False,
    additional_span_processors=[
        BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{os.environ['BENCH_SINK']}/v1/traces"))
    ],
)
logfire.instrument_django()
