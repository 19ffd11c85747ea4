"""An OTLP/HTTP receiver, which turns what any OpenTelemetry program sends into spans."""
