"""Which stage owns each nanosecond of a request: the stages' self times add up to the client's total.

A moment belongs to the innermost stage that is open at it; what only the client's own span covers is unaccounted (the
network, and the server's work before it calls the application and after it has the answer). The page draws the same
division as it goes along (`static/js/scene`).
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboard.traces.attributes import CONNECTED
from dashboard.traces.span import Span

UNACCOUNTED = "unaccounted"


@dataclass(frozen=True, slots=True)
class OwnedTime:
    """A stretch of a request that one span owns: the innermost that was open then."""

    span: Span
    length_ns: int
    connecting: bool
    """The client was not connected yet."""

    @property
    def stage(self) -> str:
        """Whose time it is: "other" for a foreign span, "unaccounted" where only the client's own span is open."""
        if self.span.stage == "client":
            return "client" if self.connecting else UNACCOUNTED
        return self.span.stage or "other"


def self_times(spans: Sequence[Span]) -> Mapping[str, int]:
    """Return the nanoseconds of each stage, for the spans of one trace that has ended.

    Foreign spans count as "other". Return {} when no client span has ended: there is no total to divide.
    """
    owned: Counter[str] = Counter()
    for stretch in divide(spans):
        owned[stretch.stage] += stretch.length_ns
    return dict(owned)


def divide(spans: Sequence[Span]) -> Iterator[OwnedTime]:
    """Yield the request in order of time, without gaps; nothing when no client span has ended."""
    client = next((span for span in spans if span.stage == "client" and span.end_ns is not None), None)
    if client is None or client.end_ns is None:
        return
    paths = _paths(spans)
    stays = [
        (max(span.start_ns, client.start_ns), min(span.end_ns, client.end_ns), len(paths[span.span_id]), span)
        for span in spans
        if span.end_ns is not None and not _is_elsewhere(paths[span.span_id])
    ]
    connected = client.attributes.get(CONNECTED)
    connected_ns = connected if isinstance(connected, int) else client.start_ns
    edges = sorted({edge for start, end, _, _ in stays if start < end for edge in (start, end)} | {connected_ns})
    for start, end in itertools.pairwise(edges):
        open_here = [stay for stay in stays if stay[0] <= start and stay[1] >= end]
        if open_here:
            # Of parallel stages at one depth, the one that opened last is the one being looked at. A proxy's times
            # are whole milliseconds, so what it passed on may seem to begin with it.
            innermost = max(open_here, key=lambda stay: (stay[2], stay[0], stay[3].stage != "proxy"))[3]
            yield OwnedTime(innermost, end - start, connecting=start < connected_ns)


def _is_elsewhere(path: Sequence[Span]) -> bool:
    """Return whether a span is below a call: what another service did counts as the call's time."""
    return any(span.stage == "call" for span in path[1:])


def _paths(spans: Sequence[Span]) -> dict[str, list[Span]]:
    """Return each span with its ancestors, by span id; a cycle or a missing parent ends the climb."""
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
