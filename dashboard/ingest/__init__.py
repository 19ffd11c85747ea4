"""An OTLP/HTTP receiver: any OpenTelemetry program in any language can be watched. The wire becomes spans here."""
