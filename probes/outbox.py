"""What one process has to send: ended spans, open spans, and counts of what was lost.

Stands between the application's threads, which only append here, and the sender's thread, which empties it. An outbox
belongs to one process id: after a fork the child gets a new one.
"""

import threading
from collections import deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, NamedTuple, Protocol

from opentelemetry.sdk.trace import ReadableSpan, Span

from .identity import Identity, current_identity

CROWDED = 256
"""Ended spans beyond which new ones are stripped of spare memory: they will wait, not leave within a tick."""
COPY_ATTEMPTS = 4
"""Tries to copy the attributes of an open span while its owner changes them."""


class QueuedSpan(NamedTuple):
    """A span to be sent and who opened it (None if its opening was forgotten)."""

    span: ReadableSpan
    opened_by: Identity | None


@dataclass(frozen=True, slots=True)
class Losses:
    """What this process did not record or deliver, counted since it began."""

    dropped_spans: int = 0
    reduced_requests: int = 0
    counted_requests: int = 0


class Watched(Protocol):
    """An open stage that is checked every tick, so that viewers see it change while it is open."""

    def revision(self) -> Hashable:
        """Return a value that differs whenever the open span should be sent again."""

    def live_attributes(self) -> Mapping[str, Any]:
        """Return attributes that hold only at this moment."""


class Outbox:
    """A bounded queue of ended spans and the register of open ones.

    Adding a span is a few dict and deque operations under a lock that is never held during I/O. The lock is
    re-entrant because a garbage collection or a signal handler may close a span while its thread is adding another.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.RLock()
        self._ended: deque[QueuedSpan] = deque()
        self._open: dict[int, tuple[Span, Identity]] = {}
        self._watched: dict[int, Watched] = {}
        self._sent: dict[int, Hashable] = {}
        self._last_sent: dict[int, Hashable] = {}
        self._dropped_spans = 0
        self._reduced_requests = 0
        self._counted_requests = 0
        # Not an Event: its inner lock is not re-entrant, and a garbage collection may end a span while we hold it.
        self._wakes: SimpleQueue[None] = SimpleQueue()

    @property
    def losses(self) -> Losses:
        """The totals so far."""
        with self._lock:
            return Losses(self._dropped_spans, self._reduced_requests, self._counted_requests)

    def add_open(self, span: Span) -> None:
        """Add a span that began. Beyond the bound the one open longest is forgotten until it ends."""
        with self._lock:
            self._open[span.get_span_context().span_id] = (span, current_identity())
            if len(self._open) > self._size:
                self._forget(next(iter(self._open)))
        self.wake()

    def watch(self, span: Span, stage: Watched) -> None:
        """Send the open ``span`` again whenever the revision of its ``stage`` changes."""
        with self._lock:
            span_id = span.get_span_context().span_id
            if span_id in self._open:
                self._watched[span_id] = stage

    def add_ended(self, span: ReadableSpan) -> None:
        """Add a span that ended. When the queue is full the oldest is dropped and counted."""
        context = span.get_span_context()
        with self._lock:
            opened_by = self._forget(0 if context is None else context.span_id)
            if len(self._ended) >= self._size:
                self._ended.popleft()
                self._dropped_spans += 1
            crowded = len(self._ended) >= CROWDED
            self._ended.append(QueuedSpan(_slim(span) if crowded else span, opened_by))
        self.wake()

    def add_losses(self, *, dropped_spans: int = 0, reduced_requests: int = 0, counted_requests: int = 0) -> None:
        """Count what could not be kept; the totals travel with the next message."""
        if not (dropped_spans or reduced_requests or counted_requests):
            return
        with self._lock:
            self._dropped_spans += dropped_spans
            self._reduced_requests += reduced_requests
            self._counted_requests += counted_requests
        self.wake()

    def take_ended(self, limit: int) -> list[QueuedSpan]:
        """Remove and return up to ``limit`` ended spans, oldest first."""
        with self._lock:
            return [self._ended.popleft() for _ in range(min(limit, len(self._ended)))]

    def take_changed_open(self, limit: int) -> list[QueuedSpan]:
        """Return up to ``limit`` open spans that are new or changed since they were last returned.

        Spans that were never returned come first, so that many busy coroutines cannot hide a new one. A span that
        opened and ended between two calls never appears: its final form is enough.
        """
        sent: dict[int, Hashable] = {}
        latest: dict[int, Hashable] = {}
        changed: list[QueuedSpan] = []
        for span_id, span, who, stage in sorted(self._open_now(), key=lambda entry: entry[0] in self._sent):
            revision = None if stage is None else stage.revision()
            if span_id in self._sent and self._sent[span_id] == revision:
                sent[span_id] = revision
            elif len(changed) < limit and span.end_time is None:
                sent[span_id] = latest[span_id] = revision
                changed.append(QueuedSpan(_snapshot(span, stage), who))
        self._sent, self._last_sent = sent, latest
        return changed

    def resend_open(self) -> None:
        """Have open spans returned again, except those returned last: the previous receiver may have restarted."""
        self._sent = self._last_sent

    def wait(self, reported: Losses) -> None:
        """Return at once if there is anything to send or there are losses beyond ``reported``, else when woken."""
        with self._lock:
            while not self._wakes.empty():
                self._wakes.get_nowait()
            if self._open or self._ended or self.losses != reported:
                return
        self._wakes.get()

    def wake(self) -> None:
        """End the `wait` of the sender."""
        if self._wakes.empty():
            self._wakes.put(None)

    def backlog(self) -> int:
        """Return how many ended spans are waiting."""
        return len(self._ended)

    def has_open(self) -> bool:
        """Return whether a span is open."""
        return bool(self._open)

    def _forget(self, span_id: int) -> Identity | None:
        self._watched.pop(span_id, None)
        opened = self._open.pop(span_id, None)
        return None if opened is None else opened[1]

    def _open_now(self) -> list[tuple[int, Span, Identity, Watched | None]]:
        with self._lock:
            return [(key, span, who, self._watched.get(key)) for key, (span, who) in [*self._open.items()]]


def _snapshot(span: Span, stage: Watched | None) -> ReadableSpan:
    """Copy an open span as it is now: its owner may change it while we encode."""
    live = {} if stage is None else stage.live_attributes()
    return ReadableSpan(
        name=span.name,
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes={**_copy_attributes(span), **live},
        links=span.links,
        kind=span.kind,
        start_time=span.start_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _slim(span: ReadableSpan) -> ReadableSpan:
    """Return the span without the memory that the SDK reserves for more events and links, half of its size."""
    return ReadableSpan(
        name=span.name,
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes=span.attributes,
        events=span.events,
        links=span.links,
        kind=span.kind,
        status=span.status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _copy_attributes(span: Span) -> dict[str, Any]:
    for _ in range(COPY_ATTEMPTS):
        try:
            return dict(span.attributes or {})
        except (KeyError, RuntimeError):  # its owner replaced an attribute while we copied
            continue
    return {}
