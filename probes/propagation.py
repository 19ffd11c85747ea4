"""Reads which trace a request says it belongs to.

Anyone can send the header, so it is trusted only when there is exactly one and it is well formed; otherwise a new
trace starts.
"""

from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.trace import get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from .failsafe import harmless

HEADER = "traceparent"

_propagator = TraceContextTextMapPropagator()


@harmless(None)
def extract_parent(headers: Sequence[str]) -> Context | None:
    """Return the context that the ``traceparent`` headers of a request name, or None.

    ``tracestate`` is ignored on purpose: nothing here uses it, and it is untrusted text.
    """
    if len(headers) != 1:
        return None
    context = _propagator.extract({HEADER: headers[0]}, Context())
    return context if get_current_span(context).get_span_context().is_valid else None
