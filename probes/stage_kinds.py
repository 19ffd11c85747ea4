"""The kinds of stages, named once: the value of `gatescope.stage` and the OpenTelemetry kind of the span."""

from typing import NamedTuple

from opentelemetry.trace import SpanKind


class StageKind(NamedTuple):
    """One kind of stage."""

    name: str
    span_kind: SpanKind = SpanKind.INTERNAL


SERVER = StageKind("server", SpanKind.SERVER)
"""The call of the WSGI or ASGI application."""
QUEUE = StageKind("queue")
"""The wait before the application, since the proxy or client handed the request over."""
RESPONSE = StageKind("response")
"""The body being produced and sent."""
CALL = StageKind("call", SpanKind.CLIENT)
"""A request that the application makes to another service."""

# A WebSocket.
HANDSHAKE = StageKind("handshake")
SESSION = StageKind("session")
RECEIVED_MESSAGE = StageKind("message", SpanKind.CONSUMER)
SENT_MESSAGE = StageKind("message", SpanKind.PRODUCER)

# Inside Django.
HANDLER = StageKind("handler")
"""Django's own part of a request, and as a label its innermost handler, which resolves and calls the view."""
MIDDLEWARE = StageKind("middleware")
RESOLVE = StageKind("resolve")
"""The URLconf finds the view."""
VIEW = StageKind("view")
QUERY = StageKind("query")
"""A statement sent to a database, or a connection being opened."""
TEMPLATE = StageKind("template")
CROSSING = StageKind("crossing")
"""A hop between an event loop and a thread."""
SIGNAL = StageKind("signal")
