"""One trace for a request, where the project has OpenTelemetry or Logfire of its own.

A span of the project's that surrounds the request, such as that of OpenTelemetry's ASGI middleware, is the parent of
our `server` stage. Where its instrumentation stands inside ours, such as that of Django, the first trace that it
begins is ours: the id of our trace comes from the project's own generator, and is what that generator gives next.
"""

from typing import Any, TypeGuard

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import Span, TracerProvider

from ..arrival import Arrival
from ..failsafe import harmless, report
from ..ids import NewId, trace_ids_from
from ..recording import RequestRecord
from ..request import begin_request as begin
from ..stages import current_request
from .own_spans import OwnSpans


class OwnOpenTelemetry:
    """The tracer provider that a project has set up, with our processor on it."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._spans = OwnSpans()
        self._new_trace_id: NewId = provider.id_generator.generate_trace_id
        provider.add_span_processor(self._spans)
        # Tracers keep the generator itself, so it is the generator that has to know.
        provider.id_generator.generate_trace_id = self._hand_out  # type: ignore[method-assign]

    def begin_request(self, arrival: Arrival, request_token: object) -> RequestRecord:
        """Do what `request.begin_request` does, in the trace that the project has for the request."""
        outer = trace.get_current_span()
        if self._is_under_way(outer):
            record = begin(arrival, request_token, trace.set_span_in_context(outer, Context()))
            self._spans.follow_outer(outer, record)
            return record
        with trace_ids_from(self._new_trace_id):
            record = begin(arrival, request_token)
        if not record.server.parent_id:
            record.reserved_trace_id = int.from_bytes(record.server.trace_id)
        return record

    def _is_under_way(self, span: object) -> TypeGuard[Span]:
        """Return whether this is a span of the provider that goes on: a pipelined request finds its predecessor's."""
        return isinstance(span, Span) and span.is_recording() and span.resource is self._provider.resource

    def _hand_out(self) -> int:
        """Return a new trace id: inside a request, that of its trace to whoever begins one first."""
        record = current_request()
        if record is not None and record.reserved_trace_id:
            reserved, record.reserved_trace_id = record.reserved_trace_id, 0
            return reserved
        return self._new_trace_id()


_seen: object = None
_own: OwnOpenTelemetry | None = None


def begin_request(arrival: Arrival, request_token: object) -> RequestRecord:
    """Begin a request, in one trace with the project's own OpenTelemetry if there is any."""
    own = _meet()
    if own is not None:
        try:
            return own.begin_request(arrival, request_token)
        except Exception as problem:  # noqa: BLE001 - the wall: without the project's trace it is one of ours
            report(problem)
    return begin(arrival, request_token)


def _meet() -> OwnOpenTelemetry | None:
    """Return the provider of the project; it may come at any time, and Logfire's may be configured anew."""
    # Not `get_tracer_provider()`, which would make one if the environment names it.
    provider: Any = getattr(trace, "_TRACER_PROVIDER", None)
    if provider is None:
        return None
    provider = getattr(provider, "provider", provider)  # Logfire's stands around the SDK's
    return _own if provider is _seen else _join(provider)


@harmless(None)
def _join(provider: object) -> OwnOpenTelemetry | None:
    global _own, _seen  # noqa: PLW0603 - a process has one provider
    _own, _seen = None, provider
    if isinstance(provider, TracerProvider):
        _own = OwnOpenTelemetry(provider)
    return _own
