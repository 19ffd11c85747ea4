"""What the kind of a stage is, and those that several modules share; one that a module alone opens stands there."""

from dataclasses import dataclass

from opentelemetry.trace import SpanKind


@dataclass(frozen=True, slots=True, eq=False)
class StageKind:
    """One kind of stage: the value of `gatescope.stage`, and OpenTelemetry's kind of its spans.

    Compared by identity, which is what makes it a cheap key.
    """

    name: str
    span_kind: SpanKind = SpanKind.INTERNAL


SERVER = StageKind("server", SpanKind.SERVER)
"""The call of the WSGI or ASGI application."""

TASK = StageKind("task", SpanKind.CONSUMER)
"""The execution of a task that a queue delivered."""

OWN = StageKind("span")
"""A span of the project's own instrumentation."""

HANDLER = StageKind("handler")
"""Django's own part of a request, and as a label its innermost handler, which resolves and calls the view."""
MIDDLEWARE = StageKind("middleware")
VIEW = StageKind("view")
CROSSING = StageKind("crossing")
"""A hop between an event loop and a thread."""
