"""When the answer of a request was complete, as far as spans tell that did not end themselves. Pure.

A process may end between the last byte of an answer and the end of the spans about it. Such a request was answered.
"""

from collections.abc import Sequence

from dashboard.traces.attributes import (
    CLIENT_LEFT,
    CONVERSATION,
    CONVERSATION_AT,
    CONVERSATION_MORE,
    CONVERSATION_TOOK,
    SERVICE_INSTANCE,
    STATUS,
)
from dashboard.traces.span import Span

REQUESTS = frozenset({"server", "task"})
"""Stages that are a process's whole part of a trace."""
CALLERS = frozenset({"client", "call"})
LAST_WORDS = frozenset({"StopIteration", "close", "websocket.close", "websocket.disconnect"})
"""After these nothing more of the answer is to come."""
LAST_PIECES = frozenset(
    {
        *("http.response.body", "http.response.pathsend", "http.response.zerocopysend", "http.response.trailers"),
        "websocket.http.response.body",
    }
)
"""After these nothing more is to come, unless they announce it."""
SERVER_ERROR = 500


def find_request(span: Span, trace: Sequence[Span]) -> Span | None:
    """Return the span of the whole request, in its own process, that `span` is a part of; None when there is none."""
    by_id = {one.span_id: one for one in trace}
    instance = span.attributes.get(SERVICE_INSTANCE)
    seen: set[str] = set()
    at: Span | None = span
    while at is not None and at.span_id not in seen and at.attributes.get(SERVICE_INSTANCE) == instance:
        if at.stage in REQUESTS:
            return at
        seen.add(at.span_id)
        at = by_id.get(at.parent_id or "")
    return None


def completed_ns(request: Span, trace: Sequence[Span]) -> int | None:
    """Return when the answer of a request was complete (Unix ns); None when that is not known."""
    if request.certain:
        return request.end_ns
    if request.status == "error" or CLIENT_LEFT in request.attributes:
        return None
    return _last_word_ns(request) or _heard_by_caller_ns(request, trace)


def _last_word_ns(request: Span) -> int | None:
    """Return when server and application had said all of the answer to each other."""
    names = (CONVERSATION, CONVERSATION_AT, CONVERSATION_TOOK, CONVERSATION_MORE)
    lists = [value if isinstance(value := request.attributes.get(name), list) else [] for name in names]
    for what, at_ns, took_ns, more in zip(*lists, strict=False):
        if not isinstance(at_ns, int) or not isinstance(took_ns, int):
            continue
        was_taken = took_ns >= 0 and not more  # a piece that the server still takes is not sent
        if what in LAST_WORDS or (what in LAST_PIECES and was_taken):
            return request.start_ns + at_ns + max(took_ns, 0)
    return None


def _heard_by_caller_ns(request: Span, trace: Sequence[Span]) -> int | None:
    """Return when whoever sent the request had all of the answer, which was not one about a failure."""
    caller = next((one for one in trace if one.span_id == request.parent_id and one.stage in CALLERS), None)
    if caller is None or not caller.certain or caller.status == "error":
        return None
    status = caller.attributes.get(STATUS)
    return caller.end_ns if isinstance(status, int) and status < SERVER_ERROR else None
