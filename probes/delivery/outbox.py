"""What one process has to send: ended spans, open spans, and counts of what was lost.

Stands between the application's threads, which only append here, and the sender's thread, which empties it. An outbox
belongs to one process id: after a fork the child gets a new one.
"""

from collections import deque
from collections.abc import Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from ..light_span import LightSpan
from ..runtime.native import Bell, original
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

    Adding a span is one operation of a dict or of a deque, each atomic in itself, and takes no lock: a garbage
    collection or a signal handler may close a span while its thread is adding another.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = original("_thread", "RLock")()
        self._ended: deque[LightSpan] = deque()
        self._open: dict[bytes, LightSpan] = {}
        self._sent: dict[bytes, Hashable] = {}
        self._last_sent: dict[bytes, Hashable] = {}
        self._dropped_spans = 0
        self._reduced_requests = 0
        self._counted_requests = 0
        self._wakes = Bell()
        self._asleep = False
        """Whether the sender sleeps, or is about to: it looks for work once more after it has set this."""

    @property
    def losses(self) -> Losses:
        """The totals so far."""
        with self._lock:
            return Losses(self._dropped_spans, self._reduced_requests, self._counted_requests)

    def add_open(self, span: LightSpan) -> None:
        """Add a span that began. Beyond the bound the one open longest is forgotten until it ends."""
        self._open[span.span_id] = span
        if len(self._open) > self._size:
            self._forget_open()
        if self._asleep:
            self.wake()

    def add_ended(self, span: LightSpan) -> None:
        """Add a span that ended. When the queue is full the oldest is dropped and counted."""
        self._open.pop(span.span_id, None)
        self._ended.append(span)
        if len(self._ended) > self._size:
            self._drop_ended()
        if self._asleep:
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
        taken: list[LightSpan] = []
        with suppress(IndexError):  # an application's thread may have dropped the last one meanwhile
            while len(taken) < limit:
                taken.append(self._ended.popleft())
        return taken

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
                changed.append(OpenSpan(span, span.described()))
        self._sent, self._last_sent = sent, latest
        return changed

    def resend_open(self) -> None:
        """Have open spans returned again, except those returned last: the previous receiver may have restarted."""
        self._sent = self._last_sent

    def wait(self, reported: Losses) -> None:
        """Return at once if there is anything to send or there are losses beyond ``reported``, else when woken."""
        self._wakes.silence()
        self._asleep = True
        if not (self._open or self._ended or self.losses != reported):
            self._wakes.wait()
        self._asleep = False

    def wake(self) -> None:
        """End the `wait` of the sender."""
        self._wakes.ring()

    def backlog(self) -> int:
        """Return how many ended spans are waiting."""
        return len(self._ended)

    def has_open(self) -> bool:
        """Return whether a span is open."""
        return bool(self._open)

    def _open_now(self) -> list[LightSpan]:
        while True:
            with suppress(RuntimeError):  # it changed while it was being read
                return [*self._open.values()]

    def _forget_open(self) -> None:
        with self._lock, suppress(StopIteration, RuntimeError):
            self._open.pop(next(iter(self._open)), None)

    def _drop_ended(self) -> None:
        with self._lock, suppress(IndexError):  # the sender may have taken them meanwhile
            while len(self._ended) > self._size:
                self._ended.popleft()
                self._dropped_spans += 1
