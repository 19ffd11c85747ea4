"""Reads which trace a request says it belongs to (https://www.w3.org/TR/trace-context/).

Anyone can send the headers, so a trace is continued only when there is exactly one well-formed ``traceparent``;
otherwise a new one starts. ``tracestate`` travels on as it came, or not at all.
"""

import re
from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceState, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from .failsafe import harmless

HEADER = "traceparent"
MEMBERS = 32
"""Most members of a ``tracestate``; a longer one is dropped as a whole."""
MEMBER = re.compile(
    r"([a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})"
    r"=([\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e])"
)

_propagator = TraceContextTextMapPropagator()


@harmless(None)
def extract_parent(headers: Sequence[str], tracestates: Sequence[str] = ()) -> Context | None:
    """Return the context that the ``traceparent`` and ``tracestate`` headers of a request name, or None."""
    if len(headers) != 1:
        return None
    # Optional white space around a value is none of it (RFC 9110, 5.5); not every server takes it off.
    context = _propagator.extract({HEADER: headers[0].strip(" \t")}, Context())
    parent = get_current_span(context).get_span_context()
    if not parent.is_valid:
        return None
    members = parse_tracestate(tracestates) if tracestates else {}
    if not members:
        return context
    state = TraceState([*members.items()])
    identity = SpanContext(
        parent.trace_id, parent.span_id, is_remote=True, trace_flags=parent.trace_flags, trace_state=state
    )
    return set_span_in_context(NonRecordingSpan(identity), context)


def parse_tracestate(headers: Sequence[str]) -> dict[str, str]:
    """Return the members of all ``tracestate`` headers; none when one is malformed or there are too many.

    Of a key that comes twice the first counts: it is the newer one.
    """
    members: dict[str, str] = {}
    count = 0
    for text in ",".join(headers).split(","):
        member = text.strip(" \t")
        if not member:
            continue
        count += 1
        matched = MEMBER.fullmatch(member)
        if matched is None or count > MEMBERS:
            return {}
        members.setdefault(matched[1], matched[2])
    return members
