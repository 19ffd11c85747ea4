"""Films as files: OTLP/JSON in both directions, Perfetto's trace format and one HTML file as exports."""
