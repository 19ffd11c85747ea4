"""The shop with OpenTelemetry's own instrumentation of Django, set up as its documentation says."""

import os

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from bench.settings_bare import *  # noqa: F403

_provider = TracerProvider()
_provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=os.environ["GATESCOPE_ENDPOINT"])))
trace.set_tracer_provider(_provider)
DjangoInstrumentor().instrument()
