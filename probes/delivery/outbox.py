"""What one process has to send: ended spans, open spans, and counts of what was lost.

Stands between the application's threads, which only append here, and the sender's thread, which empties it. An outbox
belongs to one process id: after a fork the child gets a new one.
"""

import threading
from collections import deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from queue import SimpleQueue
from typing import NamedTuple

from ..light_span import LightSpan
from ..types import Value


@dataclass(frozen=True, slots=True)
class Losses:
    """What this process did not record or deliver, counted since it began."""

    dropped_spans: int = 0
    reduced_requests: int = 0
    counted_requests: int = 0


class OpenSpan(NamedTuple):
    """An open span and its attributes at this moment."""

    span: LightSpan
    attributes: Mapping[str, Value]


class Outbox:
    """A bounded queue of ended spans and the register of open ones.

    Adding a span is a few dict and deque operations under a lock that is never held during I/O. The lock is
    re-entrant because a garbage collection or a signal handler may close a span while its thread is adding another.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.RLock()
        self._ended: deque[LightSpan] = deque()
        self._open: dict[bytes, LightSpan] = {}
        self._sent: dict[bytes, Hashable] = {}
        self._last_sent: dict[bytes, Hashable] = {}
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

    def add_open(self, span: LightSpan) -> None:
        """Add a span that began. Beyond the bound the one open longest is forgotten until it ends."""
        with self._lock:
            self._open[span.span_id] = span
            if len(self._open) > self._size:
                self._open.pop(next(iter(self._open)), None)
        self.wake()

    def add_ended(self, span: LightSpan) -> None:
        """Add a span that ended. When the queue is full the oldest is dropped and counted."""
        with self._lock:
            self._open.pop(span.span_id, None)
            if len(self._ended) >= self._size:
                self._ended.popleft()
                self._dropped_spans += 1
            self._ended.append(span)
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

    def take_ended(self, limit: int) -> list[LightSpan]:
        """Remove and return up to ``limit`` ended spans, oldest first."""
        with self._lock:
            return [self._ended.popleft() for _ in range(min(limit, len(self._ended)))]

    def take_changed_open(self, limit: int) -> list[OpenSpan]:
        """Return up to ``limit`` open spans that are new or changed since they were last returned.

        Spans that were never returned come first, so that many busy coroutines cannot hide a new one. A span that
        opened and ended between two calls never appears: its final form is enough.
        """
        sent: dict[bytes, Hashable] = {}
        latest: dict[bytes, Hashable] = {}
        changed: list[OpenSpan] = []
        for span in sorted(self._open_now(), key=lambda span: span.span_id in self._sent):
            revision = span.revision()
            if span.span_id in self._sent and self._sent[span.span_id] == revision:
                sent[span.span_id] = revision
            elif len(changed) < limit and not span.end_ns:
                sent[span.span_id] = latest[span.span_id] = revision
                changed.append(OpenSpan(span, span.current_attributes()))
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

    def _open_now(self) -> list[LightSpan]:
        with self._lock:
            return [*self._open.values()]
