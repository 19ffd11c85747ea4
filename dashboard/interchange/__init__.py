"""Films that leave and films that come: OTLP/JSON both ways, Perfetto's trace format and one HTML file outwards."""
