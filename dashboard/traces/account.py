"""Who owns each nanosecond of a request: the stages' own times add up to the client's total.

A moment belongs to the innermost stage that is open in it; what only the client's own span covers is unaccounted
(the network, and what the server does before it calls the application and after it got the answer).
"""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence

from dashboard.traces.span import Span

UNACCOUNTED = "unaccounted"


def account(spans: Sequence[Span]) -> Mapping[str, int]:
    """Nanoseconds by stage for the spans of one trace that has ended.

    Foreign spans count under "other". Returns {} when no client span has ended: there is no total to share out.
    """
    client = next((span for span in spans if span.stage == "client" and span.end_ns is not None), None)
    if client is None or client.end_ns is None:
        return {}
    paths = _paths(spans)
    pieces = [
        (max(span.start_ns, client.start_ns), min(span.end_ns, client.end_ns), len(paths[span.span_id]), span)
        for span in spans
        if span.end_ns is not None and not _is_elsewhere(paths[span.span_id])
    ]
    connected = client.attributes.get("gatescope.client.connected_ns")
    connected_ns = connected if isinstance(connected, int) else client.start_ns
    owned: Counter[str] = Counter()
    edges = sorted({edge for start, end, _, _ in pieces if start < end for edge in (start, end)} | {connected_ns})
    for start, end in itertools.pairwise(edges):
        open_here = [piece for piece in pieces if piece[0] <= start and piece[1] >= end]
        if open_here:
            # Of parallel stages at one depth the one that opened last is the one being looked at; a proxy's times are
            # whole milliseconds, so what it handed on may seem to begin with it.
            innermost = max(open_here, key=lambda piece: (piece[2], piece[0], piece[3].stage != "proxy"))[3]
            owned[_owner(innermost, connecting=start < connected_ns)] += end - start
    return dict(owned)


def _owner(span: Span, *, connecting: bool) -> str:
    if span.stage == "client":
        return "client" if connecting else UNACCOUNTED
    return span.stage or "other"


def _is_elsewhere(path: Sequence[Span]) -> bool:
    """What stands below a call is what another service did for it: to this request it is the call's time."""
    return any(span.stage == "call" for span in path[1:])


def _paths(spans: Sequence[Span]) -> dict[str, list[Span]]:
    """Each span and its ancestors, by span id; a cycle or a missing parent ends the climb."""
    known = {span.span_id: span for span in spans}
    paths = {}
    for span_id in known:
        path: dict[str, Span] = {}
        at: str | None = span_id
        while at in known and at not in path:
            path[at] = known[at]
            at = known[at].parent_id
        paths[span_id] = list(path.values())
    return paths
