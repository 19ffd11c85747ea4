"""Which requests of a film are printed: the first of each server, in the order in which they were fired. Pure."""

import sys
from collections.abc import Iterable, Sequence

from dashboard.lib.whole_number import WholeNumberError, whole_number
from dashboard.traces.attributes import INDEX
from dashboard.traces.span import Span

USUAL = 3
MOST = 20
"""Requests of each server; a request is about a third of a page."""


def first_of(text: str) -> int:
    """How many requests of each server somebody wants, from 1 to `MOST`; what is no number means `USUAL`."""
    try:
        return min(max(whole_number(text, least=0, most=sys.maxsize), 1), MOST)
    except WholeNumberError:
        return USUAL


def chosen(spans: Iterable[Span], first: int) -> list[Span]:
    """All spans of the `first` requests of each server. Messages of a WebSocket are traces, but no requests."""
    traces: dict[str, list[Span]] = {}
    for span in spans:
        traces.setdefault(span.trace_id, []).append(span)
    requests = [trace for trace in traces.values() if not all(span.stage == "message" for span in trace)]
    taken: dict[str, int] = {}
    found: list[Span] = []
    for trace in sorted(requests, key=_order):
        server = _server(trace)
        taken[server] = taken.get(server, 0) + 1
        if taken[server] <= first:
            found += trace
    return found


def _order(trace: Sequence[Span]) -> tuple[int, int]:
    index = next((span.attributes.get(INDEX) for span in trace if span.stage == "client"), None)
    return index if isinstance(index, int) else 0, min(span.start_ns for span in trace)


def _server(trace: Sequence[Span]) -> str:
    """As the page sees it: the server that the request entered first, else whom the client asked."""
    entered = sorted((span.start_ns, span.server) for span in trace if span.stage == "server")
    return entered[0][1] if entered else trace[0].server
