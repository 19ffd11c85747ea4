"""Which requests of a film are printed: the first of each server, in the order in which they were fired. Pure."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from dashboard.lib.whole_number import WholeNumberError, whole_number
from dashboard.recordings.film import is_message
from dashboard.traces.attributes import INDEX
from dashboard.traces.span import Span, by_trace

DEFAULT_FIRST = 3
MOST = 20
"""Requests of each server; a request takes about a third of a page."""


def parse_first(text: str) -> int:
    """Return how many requests of each server to print, from 1 to `MOST`; `DEFAULT_FIRST` if it is not a number."""
    try:
        return min(max(whole_number(text, least=0, most=sys.maxsize), 1), MOST)
    except WholeNumberError:
        return DEFAULT_FIRST


def select_spans(spans: Iterable[Span], first: int) -> list[Span]:
    """Return all spans of the `first` requests of each server."""
    requests = [trace for trace in by_trace(spans).values() if not is_message(trace)]
    counts: Counter[str] = Counter()
    selected: list[Span] = []
    for trace in sorted(requests, key=_firing_order):
        server = _server(trace)
        counts[server] += 1
        if counts[server] <= first:
            selected += trace
    return selected


def _firing_order(trace: Sequence[Span]) -> tuple[int, int]:
    index = next((span.attributes.get(INDEX) for span in trace if span.stage == "client"), None)
    return index if isinstance(index, int) else 0, min(span.start_ns for span in trace)


def _server(trace: Sequence[Span]) -> str:
    """Return the server as the page shows it: the one that the request entered first, else whom the client asked."""
    entered = sorted((span.start_ns, span.server) for span in trace if span.stage == "server")
    return entered[0][1] if entered else trace[0].server
