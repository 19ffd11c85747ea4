"""The newest traces, bounded in number and in memory: ingest fills it, the hub and the pages read it.

Each change gets the next revision number. "What is new since revision 812" is then a cheap question, and the only one
that a frame, a snapshot and a viewer who fell behind need to ask.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from msgspec import Struct

from dashboard.traces.limits import StoreLimits
from dashboard.traces.shared_ids import are_halves, settle, split
from dashboard.traces.span import Span, SpanKey


class StoredSpan(Struct, frozen=True, gc=False):
    """A span in the store, with its JSON (encoded once, sent many times) and the revision at which it was stored."""

    span: Span
    text: str
    revision: int

    @property
    def footprint(self) -> int:
        """Estimated bytes of memory: JSON, objects and table entries. The tests compare it with tracemalloc."""
        return 4 * len(self.text) + 1_024


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """How much is in the store, and how much had to go."""

    traces: int
    spans: int
    evicted_traces: int
    evicted_spans: int
    cut_spans: int


class TraceStore:
    """Keeps what fits within the limits. The trace that has been quiet the longest is evicted first, and counted."""

    def __init__(self, limits: StoreLimits | None = None) -> None:
        self.limits = limits or StoreLimits()
        self.revision = 0
        self.evicted_traces = 0
        self.evicted_spans = 0
        self.cut_spans = 0
        self.bytes = 0
        # Each in the order of the last change, the oldest first.
        self._spans: dict[int, StoredSpan] = {}
        """By revision, which needs less time and memory than a key of two ids."""
        self._open: dict[int, StoredSpan] = {}
        self._traces: dict[str, dict[str, StoredSpan]] = {}
        self._separated: set[str] = set()
        """The traces in which an id turned out to be that of two spans."""
        self._sources: dict[str, int] = {}
        """How many spans share each source, by its key: it costs memory once."""

    def absorb(self, spans: Iterable[Span]) -> list[Span]:
        """Store spans in any order. Return those that changed something; duplicates do not."""
        changed = [stored for span in spans for stored in self._store(span)]
        for trace_id in {span.trace_id: None for span in changed}:
            self._traces[trace_id] = self._traces.pop(trace_id)
        while self._is_over_limits():
            self._evict_oldest()
        return changed

    def trace(self, trace_id: str) -> list[Span]:
        """Return the spans of one trace by start; [] when it is unknown or gone."""
        spans = [stored.span for stored in self._traces.get(trace_id, {}).values()]
        return sorted(spans, key=lambda span: (span.start_ns, span.span_id))

    def snapshot(self) -> Iterator[Span]:
        """Return all spans, the longest unchanged first."""
        return (stored.span for stored in self._spans.values())

    def open_spans(self) -> list[Span]:
        """Return the spans that have not ended. Costs what it returns, not what is stored."""
        return [stored.span for stored in self._open.values()]

    def since(self, revision: int) -> list[StoredSpan]:
        """Return what changed after `revision`, in order. Costs what it returns, not what is stored."""
        newest_first: list[StoredSpan] = []
        for stored in reversed(self._spans.values()):
            if stored.revision <= revision:
                break
            newest_first.append(stored)
        return newest_first[::-1]

    def get(self, key: SpanKey) -> StoredSpan | None:
        """Return the newest version of a span; None when it is unknown or gone."""
        trace_id, span_id = key
        return self._traces.get(trace_id, {}).get(span_id)

    def counts(self) -> StoreCounts:
        """Count what is here and what had to go."""
        return StoreCounts(
            len(self._traces), len(self._spans), self.evicted_traces, self.evicted_spans, self.cut_spans
        )

    def _store(self, span: Span) -> Sequence[Span]:
        """Store a span. Return what changed: nothing, the span, or all that a shared id moves."""
        trace = self._traces.get(span.trace_id)
        if trace is None:
            trace = self._traces[span.trace_id] = {}
        if span.trace_id in self._separated:
            span = settle(span, lambda span_id: trace[span_id].span if span_id in trace else None)
        elif span.details is not None and span.details.shared is not None:
            self._separated.add(span.trace_id)
        known = trace.get(span.span_id)
        if known and are_halves(known.span, span):
            self._separated.add(span.trace_id)
            halves = split(known.span, span, [stored.span for stored in trace.values()])
            return [half for half in halves if self._put(half, trace)]
        if known and not span.supersedes(known.span):
            return ()
        return (span,) if self._put(span, trace) else ()

    def _put(self, span: Span, trace: dict[str, StoredSpan]) -> bool:
        known = trace.get(span.span_id)
        if known:
            self._forget(known)
        elif len(trace) >= self.limits.spans_per_trace:
            self.cut_spans += 1
            return False
        self.revision += 1
        stored = StoredSpan(span, span.encode(), self.revision)
        trace[span.span_id] = self._spans[self.revision] = stored
        if span.end_ns is None:
            self._open[self.revision] = stored
        self.bytes += stored.footprint
        if source := span.source:
            shared_by = self._sources.get(source.key, 0)
            self._sources[source.key] = shared_by + 1
            if not shared_by:
                self.bytes += source.footprint
        return True

    def _is_over_limits(self) -> bool:
        return (
            len(self._traces) > self.limits.traces
            or len(self._spans) > self.limits.spans
            or self.bytes > self.limits.bytes
        )

    def _evict_oldest(self) -> None:
        trace_id = next(iter(self._traces))
        trace = self._traces.pop(trace_id)
        self._separated.discard(trace_id)
        for stored in trace.values():
            self._forget(stored)
        self.evicted_traces += 1
        self.evicted_spans += len(trace)

    def _forget(self, stored: StoredSpan) -> None:
        del self._spans[stored.revision]
        self._open.pop(stored.revision, None)
        self.bytes -= stored.footprint
        if source := stored.span.source:
            self._sources[source.key] -= 1
            if not self._sources[source.key]:
                del self._sources[source.key]
                self.bytes -= source.footprint
