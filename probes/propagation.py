"""Reads the trace a request says it belongs to.

The header comes from anybody, so it is believed only when there is exactly one and it is well
formed; everything else starts a new trace.
"""

from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.trace import get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from .failsafe import harmless

HEADER = "traceparent"

_propagator = TraceContextTextMapPropagator()


@harmless(None)
def remote_parent(headers: Sequence[str]) -> Context | None:
    """Return the context that the request's ``traceparent`` headers name, or None.

    ``tracestate`` is left out on purpose: we send nothing onwards, and it is only hostile text to us.
    """
    if len(headers) != 1:
        return None
    context = _propagator.extract({HEADER: headers[0]}, Context())
    return context if get_current_span(context).get_span_context().is_valid else None
