"""Who opened which span of the requests that we fired. Pure.

The ids of these spans stand on every viewer's screen, so whoever may send at all could end them: then a view of five
seconds would be recorded with 0.1 s. Here the first sender of a span is remembered, and nobody else is believed about
it. Of requests that others fired we know no more than what arrives, and `Span.supersedes` alone decides.
"""

from collections.abc import Iterable

from dashboard.traces.limits import StoreLimits
from dashboard.traces.span import Span, SpanKey

OURS = ""
"""The sender of what this dashboard itself observes or concludes: the client's side, a proxy's log, a death."""
Owner = tuple[str, str, str]
"""Trace id, span id, sender: as one dashboard tells the next."""


class Ownership:
    """The senders of the spans of fired requests. Bounded like the store: what was fired longest ago goes first."""

    def __init__(self, limits: StoreLimits | None = None) -> None:
        self._limits = limits or StoreLimits()
        self._owners: dict[str, dict[str, str]] = {}
        self._conflicts: dict[SpanKey, int] = {}
        self._size = 0
        """Spans in `_owners`."""
        self.conflicts = 0
        """How many versions of spans were not believed."""

    def is_fired(self, trace_id: str) -> bool:
        """Return whether we fired the request of this trace; of others nobody owns anything."""
        return trace_id in self._owners

    def fire(self, span: Span) -> None:
        """Note that we fired the request of this client span."""
        self._own((span.trace_id, span.span_id, OURS))

    def admits(self, span: Span, sender: str) -> bool:
        """Return whether to believe this sender about the span; count a conflict when not."""
        owners = self._owners.get(span.trace_id)
        if owners is None or sender == OURS:
            return True
        self._own((span.trace_id, span.span_id, sender))
        # Of a trace that is too large nobody owns the rest; the store takes no more of it either.
        if owners.get(span.span_id, sender) == sender:
            return True
        self.conflicts += 1
        self._conflicts[span.key] = self._conflicts.get(span.key, 0) + 1
        return False

    def conflicts_of(self, key: SpanKey) -> int:
        """Return how many versions of a span came from others than who opened it."""
        return self._conflicts.get(key, 0)

    def owners_of(self, spans: Iterable[Span]) -> list[Owner]:
        """Return the known owners of these spans, for another dashboard to `learn`."""
        known = ((span.key, self._owners.get(span.trace_id, {})) for span in spans)
        return [(trace, span, owners[span]) for (trace, span), owners in known if span in owners]

    def learn(self, owners: Iterable[Owner]) -> None:
        """Take over what another dashboard knows; what is known here stays."""
        for owner in owners:
            self._own(owner)

    def _own(self, owner: Owner) -> None:
        trace_id, span_id, sender = owner
        spans = self._owners.setdefault(trace_id, {})
        if span_id not in spans and len(spans) < self._limits.spans_per_trace:
            spans[span_id] = sender
            self._size += 1
        while len(self._owners) > self._limits.traces or self._size > self._limits.spans:
            oldest = next(iter(self._owners))
            gone = self._owners.pop(oldest)
            self._size -= len(gone)
            for span in gone:
                self._conflicts.pop((oldest, span), None)
