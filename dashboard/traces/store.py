"""The newest traces, bounded in number and in memory: between ingest, which fills it, and hub and pages,
which read.

Each change gets the next revision number. "What is new since revision 812" is then a cheap question, and it
is the only one that a frame, a snapshot and a viewer who fell behind need to ask.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dashboard.traces.limits import StoreLimits
from dashboard.traces.span import Span, SpanKey


@dataclass(frozen=True, slots=True)
class Kept:
    """A span in the store, with its JSON (encoded once, sent many times) and the revision at which it came
    in.
    """

    span: Span
    text: str
    revision: int

    @property
    def footprint(self) -> int:
        """Estimated bytes of memory: JSON, objects and table entries. Measured against tracemalloc in the
        tests.
        """
        return 4 * len(self.text) + 1_024


class TraceStore:
    """Keeps what fits within the limits. The trace that has been quiet the longest goes first, and is
    counted.
    """

    def __init__(self, limits: StoreLimits | None = None) -> None:
        self.limits = limits or StoreLimits()
        self.revision = 0
        self.evicted_traces = 0
        self.evicted_spans = 0
        self.cut_spans = 0
        self.bytes = 0
        # Both in the order of the last change, the oldest first.
        self._spans: dict[SpanKey, Kept] = {}
        self._traces: dict[str, dict[str, Kept]] = {}
        self._open: dict[SpanKey, Kept] = {}

    def absorb(self, spans: Iterable[Span]) -> list[Span]:
        """Take spans in, whatever their order. Returns those that changed something; duplicates do not."""
        changed = [span for span in spans if self._keep(span)]
        while self._too_much():
            self._evict_oldest()
        return changed

    def trace(self, trace_id: str) -> list[Span]:
        """The spans of one trace by start; [] when it is unknown or gone."""
        spans = [kept.span for kept in self._traces.get(trace_id, {}).values()]
        return sorted(spans, key=lambda span: (span.start_ns, span.span_id))

    def snapshot(self) -> Iterator[Span]:
        """All spans, the longest unchanged first."""
        return (kept.span for kept in self._spans.values())

    def open_spans(self) -> list[Span]:
        """The spans that have not ended. Costs what it returns, not what is kept."""
        return [kept.span for kept in self._open.values()]

    def since(self, revision: int) -> list[Kept]:
        """What changed after `revision`, in the order of the changes. Costs what it returns, not what is
        kept.
        """
        newest_first: list[Kept] = []
        for kept in reversed(self._spans.values()):
            if kept.revision <= revision:
                break
            newest_first.append(kept)
        return newest_first[::-1]

    def get(self, key: SpanKey) -> Kept | None:
        """The newest version of a span, or None when it is unknown or gone."""
        return self._spans.get(key)

    def kept(self) -> dict[str, int]:
        """How much is here and how much had to go, as frames and the page say it."""
        return {
            "traces": len(self._traces),
            "spans": len(self._spans),
            "evicted_traces": self.evicted_traces,
            "evicted_spans": self.evicted_spans,
            "cut_spans": self.cut_spans,
        }

    def _keep(self, span: Span) -> bool:
        known = self._spans.get(span.key)
        if known and not span.supersedes(known.span):
            return False
        trace = self._traces.get(span.trace_id, {})
        if not known and len(trace) >= self.limits.spans_per_trace:
            self.cut_spans += 1
            return False
        if known:
            self._forget(known)
        self.revision += 1
        kept = Kept(span, span.encoded(), self.revision)
        trace[span.span_id] = self._spans[span.key] = kept
        if not span.final:
            self._open[span.key] = kept
        self._traces.pop(span.trace_id, None)
        self._traces[span.trace_id] = trace
        self.bytes += kept.footprint
        return True

    def _too_much(self) -> bool:
        return (
            len(self._traces) > self.limits.traces
            or len(self._spans) > self.limits.spans
            or self.bytes > self.limits.bytes
        )

    def _evict_oldest(self) -> None:
        trace = self._traces.pop(next(iter(self._traces)))
        for kept in trace.values():
            self._forget(kept)
        self.evicted_traces += 1
        self.evicted_spans += len(trace)

    def _forget(self, kept: Kept) -> None:
        del self._spans[kept.span.key]
        self._open.pop(kept.span.key, None)
        self.bytes -= kept.footprint
