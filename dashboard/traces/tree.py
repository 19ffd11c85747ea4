"""Builds the tree of a trace from spans in any order of arrival, with geometry that can always be drawn.

Spans come from several processes and from untrusted senders: duplicates, spans that are their own parents, cycles,
missing parents, ends before starts and clocks that differ all happen. The tree depends only on the set of spans, not
on their order.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from dashboard.traces.span import Span

Anomalies: TypeAlias = dict[str, list[str]]
"""What was wrong with each span, in plain words, by span id."""

NO_PARENT = "its parent never arrived"
OWN_PARENT = "names itself as its parent"
CYCLE = "is its own ancestor"
STARTS_EARLY = "starts before its parent: their clocks differ"
ENDS_EARLY = "ends before it starts"


@dataclass(slots=True)
class Node:
    """A span in its place.

    `start_ns` and `end_ns` are fit to draw: no child starts before its parent, nothing ends before it starts.
    `end_ns` is None while the span is open. `anomalies` says in plain words what had to be corrected for that.
    """

    span: Span
    start_ns: int
    end_ns: int | None
    depth: int = 0
    children: list["Node"] = field(default_factory=list)
    anomalies: list[str] = field(default_factory=list)

    @property
    def duration_ns(self) -> int | None:
        """Nanoseconds from start to end, never negative; None while the span is open."""
        return None if self.end_ns is None else self.end_ns - self.start_ns

    def walk(self) -> Iterator["Node"]:
        """Yield this node and all below it, in the order of a printed tree."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def build_trees(spans: Iterable[Span]) -> list[Node]:
    """Return the roots of one trace, each with its descendants; siblings by start.

    Every distinct span is in exactly one place.
    """
    newest = _newest(spans)
    anomalies: Anomalies = {}
    parents = _parents(newest, anomalies)
    children: dict[str | None, list[Span]] = {}
    for span in sorted(newest.values(), key=_by_start):
        children.setdefault(parents[span.span_id], []).append(span)
    return [_grow(root, children, anomalies) for root in children.get(None, [])]


def _by_start(span: Span) -> tuple[int, str]:
    return span.start_ns, span.span_id


def _newest(spans: Iterable[Span]) -> dict[str, Span]:
    newest: dict[str, Span] = {}
    for span in spans:
        known = newest.get(span.span_id)
        if known is None or (span.rank, span.encode()) > (known.rank, known.encode()):
            newest[span.span_id] = span
    return newest


def _parents(spans: Mapping[str, Span], anomalies: Anomalies) -> dict[str, str | None]:
    """Return each span's parent among `spans`, None for roots, without cycles."""
    parents: dict[str, str | None] = {}
    for span in spans.values():
        parents[span.span_id] = span.parent_id if span.parent_id in spans else None
        if span.parent_id == span.span_id:
            parents[span.span_id] = None
            anomalies.setdefault(span.span_id, []).append(OWN_PARENT)
        elif span.parent_id and span.parent_id not in spans:
            anomalies.setdefault(span.span_id, []).append(NO_PARENT)
    _cut_cycles(spans, parents, anomalies)
    return parents


def _cut_cycles(spans: Mapping[str, Span], parents: dict[str, str | None], anomalies: Anomalies) -> None:
    """Make the earliest span of each cycle a root, so that the cut does not depend on which span arrived first."""
    safe: set[str] = set()
    for start in spans:
        path: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in safe and at not in path:
            path[at] = None
            at = parents[at]
        if at is not None and at in path:
            walked = list(path)
            earliest = min(walked[walked.index(at) :], key=lambda span_id: _by_start(spans[span_id]))
            parents[earliest] = None
            anomalies.setdefault(earliest, []).append(CYCLE)
        safe.update(path)


def _grow(root: Span, children: Mapping[str | None, list[Span]], anomalies: Mapping[str, list[str]]) -> Node:
    """Return the node of `root` with all its descendants. Iterative: a hostile trace may be 1,000 spans deep."""
    top = _place(root, None, 0, anomalies)
    waiting = [(top[0], top[1])]
    while waiting:
        node, shift_ns = waiting.pop()
        for child in children.get(node.span.span_id, []):
            # Two spans of one server share a clock, so what corrects the parent corrects the child.
            inherited_ns = shift_ns if child.server == node.span.server else 0
            placed, child_shift_ns = _place(child, node, inherited_ns, anomalies)
            node.children.append(placed)
            waiting.append((placed, child_shift_ns))
        node.children.sort(key=lambda child: (child.start_ns, child.span.span_id))
    return top[0]


def _place(span: Span, parent: Node | None, shift_ns: int, anomalies: Mapping[str, list[str]]) -> tuple[Node, int]:
    """Return the node of a span, and how many nanoseconds it was shifted to start no earlier than its parent."""
    found = list(anomalies.get(span.span_id, ()))
    start_ns = max(0, span.start_ns) + shift_ns
    if parent and start_ns < parent.start_ns:
        found.append(STARTS_EARLY)
        shift_ns += parent.start_ns - start_ns
        start_ns = parent.start_ns
    end_ns = None if span.end_ns is None else span.end_ns + shift_ns
    if end_ns is not None and end_ns < start_ns:
        found.append(ENDS_EARLY)
        end_ns = start_ns
    depth = parent.depth + 1 if parent else 0
    return Node(span, start_ns, end_ns, depth, anomalies=found), shift_ns
