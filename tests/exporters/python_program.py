"""A Python program as OpenTelemetry's documentation writes one: python python_program.py http|grpc

Nothing is configured here; OTEL_* in the environment may say where to send.
"""

import sys

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

if sys.argv[1] == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc import trace_exporter
else:
    from opentelemetry.exporter.otlp.proto.http import trace_exporter  # type: ignore[no-redef]

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(trace_exporter.OTLPSpanExporter()))
trace.set_tracer_provider(provider)
with trace.get_tracer("checkout").start_as_current_span("pay") as span:
    span.set_attribute("cart.items", 3)
    span.add_event("charged")
provider.shutdown()
