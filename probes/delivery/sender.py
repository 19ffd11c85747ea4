"""The one thread that the instrument adds to a process: it sends what is in the outbox to the receiver.

It sleeps while nothing happens, gathers spans for one tick when something does, and backs off when the receiver is
unreachable. The application never waits for it, except for a bounded flush at exit.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from opentelemetry.sdk.resources import SERVICE_NAME, Resource

from .. import attributes
from ..failsafe import harmless
from ..light_span import LightSpan
from ..runtime.native import Bell, original, start_daemon
from ..settings import Settings
from ..stage_kinds import SERVER
from .cpu_share import CPUShare
from .delivery_notice import DeliveryNotice
from .encoding import HEARTBEAT_S, encode, encode_without_spans, process_attributes, write_resource
from .otlp_answer import rejected_spans, warning
from .otlp_client import ANSWER_S, Answer, OTLPClient, Outcome
from .outbox import Losses, OpenSpan, Outbox
from .reexport import hand_on
from .source_texts import KnownTexts, TextsOfMessage
from .span_cost import SpanCost
from .uwsgi_exit import shorten_tick

SPANS_A_MESSAGE = 1_024
OPEN_A_MESSAGE = 256
"""Open spans in one message, so that many coroutines that wake and sleep cannot fill it."""
RETRY_S = 0.25
"""Pause after a message that did not arrive."""
LONGEST_PAUSE_S = 5.0
"""Longest pause a receiver may ask for."""
OFFLINE_AFTER_S = 5.0
"""After this long without a delivered message the receiver counts as offline, and new requests are only counted."""
UNCERTAIN_TRIES = 2
"""Times a message is sent to a receiver that does not answer: it may arrive each time."""
LAST_TRY_S = 0.5
"""Longest wait of the flush at exit for a receiver that failed before."""
SHORTEST_WAIT_S = 0.05


@dataclass(slots=True)
class Batch:
    """One encoded message that is being sent."""

    body: bytes
    spans: int
    losses: Losses
    texts: TextsOfMessage
    tries: int = 0
    ended: Sequence[LightSpan] = ()
    opened: Sequence[OpenSpan] = ()
    """Kept only while the message lacks texts that its receiver may turn out not to have."""


class Sender:
    """The thread that sends what is in ``outbox``; it calls ``before_batch`` before it packs a message."""

    def __init__(
        self, outbox: Outbox, settings: Settings, resource: Resource, *, before_batch: Callable[[], object]
    ) -> None:
        self._outbox = outbox
        self._client = OTLPClient(settings.endpoint, settings.send_key)
        self._resource = resource
        self._described: tuple[int, Losses, bytes] | None = None
        self._known_texts = KnownTexts()
        self._cpu_percent = settings.sender_percent
        self._reexport = settings.reexport
        self._before_batch = before_batch
        self._tick_s = shorten_tick(settings.tick_ms / 1000)
        self._batch: Batch | None = None
        self._reported = Losses()
        self._cost: SpanCost | None = None
        self._sent_at = monotonic()
        self._failing_since: float | None = None
        self._pause_s = 0.0
        self._notice = DeliveryNotice(str(resource.attributes.get(SERVICE_NAME, "?")), self._client.address)
        self._is_own_server = False
        self._sending = original("_thread", "allocate_lock")()
        self._hurry = Bell()
        self._stopped = False
        self._gone = Bell()

    def start(self) -> None:
        """Start the thread. It is a daemon: it never keeps a process alive."""
        start_daemon(self._run, "gatescope-sender")

    def stop(self) -> None:
        """End the thread and close its connection."""
        self._stopped = True
        self.hurry()
        self._gone.wait(ANSWER_S)

    def is_delivering(self) -> bool:
        """Return False when nothing could be delivered for `OFFLINE_AFTER_S` seconds, or ever can be."""
        since = self._failing_since
        return (since is None or monotonic() - since < OFFLINE_AFTER_S) and not self._is_own_server

    def note_message(self, authority: str, path: str) -> None:
        """Note that the observed application was sent a message at this address; if it is ours, no more are sent."""
        if (authority, path) == self._client.target and not self._is_own_server:
            self._is_own_server = True
            self._notice.is_own_server()

    def is_idle(self) -> bool:
        """Return True when no ended span is waiting, or when waiting is pointless."""
        idle = self._batch is None and not self._outbox.backlog() and not self._sending.locked()
        return idle or self._failing_since is not None or self._is_own_server

    def hurry(self) -> None:
        """Make the thread send now what it would gather for a tick."""
        self._hurry.ring()
        self._outbox.wake()

    def flush(self, seconds: float) -> None:
        """Send what ended, from the calling thread, and give up after ``seconds``."""
        deadline = monotonic() + seconds
        self.hurry()
        if not self._sending.acquire(timeout=seconds):
            return
        try:
            while self._send_one(self._answer_timeout(deadline), hurry=True) and monotonic() < deadline:
                pass
        finally:
            self._sending.release()

    def _run(self) -> None:
        share = CPUShare(self._cpu_percent)
        self._cost = SpanCost()
        while not (self._stopped or self._is_own_server):
            if self._batch is None and self._failing_since is None:
                self._outbox.wait(self._reported)
            self._hurry.wait(max(self._tick_s, self._pause_s, share.settle()))
            with self._sending:
                self._send_all(share)
        self._client.close()
        self._gone.ring()

    @harmless(None)
    def _send_all(self, share: CPUShare) -> None:
        while self._send_one(ANSWER_S) and self._outbox.backlog() >= SPANS_A_MESSAGE and not share.settle():
            pass

    def _send_one(self, timeout_s: float, *, hurry: bool = False) -> bool:
        """Send the next message, if there is one; return True if it arrived and more may follow."""
        if self._batch is None and not self._is_own_server:
            self._batch = self._pack(hurry=hurry)
        if self._batch is None or self._is_own_server:
            return False
        answer = self._post(self._batch, timeout_s)
        if answer.stale:
            answer = self._post(self._batch, timeout_s)
        return self._handle_answer(self._batch, answer)

    def _post(self, batch: Batch, timeout_s: float) -> Answer:
        """Send the message; over a new connection with all its texts."""
        if not self._client.connected:
            self._complete(batch)
        connections = self._client.connections
        answer = self._client.post(batch.body, timeout_s)
        batch.tries += not answer.stale
        if self._client.connections != connections:
            self._outbox.resend_open()
        return answer

    def _complete(self, batch: Batch) -> None:
        """Take no text as known to the receiver, and write those that the message left out."""
        self._known_texts.forget()
        if batch.texts.relies_on_known:
            batch.texts = TextsOfMessage()
            batch.body, _ = encode(batch.ended, batch.opened, self._describe(batch.losses), batch.texts)
            batch.ended = batch.opened = ()

    def _pack(self, *, hurry: bool) -> Batch | None:
        ended = self._outbox.take_ended(SPANS_A_MESSAGE)
        opened: list[OpenSpan] = []
        if not hurry:
            self._before_batch()
            opened = self._outbox.take_changed_open(OPEN_A_MESSAGE)
        losses = self._outbox.losses
        texts = TextsOfMessage(self._known_texts)
        if ended or opened:
            self._tell_cost(ended, hurry=hurry)
            if self._reexport:
                hand_on(ended)
            body, unusable = encode(ended, opened, self._describe(losses), texts, hurry=hurry)
            self._outbox.add_losses(dropped_spans=unusable)
            batch = Batch(body, len(ended), losses, texts)
            if texts.relies_on_known:
                batch.ended, batch.opened = ended, opened
            return batch
        silent = self._outbox.has_open() and monotonic() - self._sent_at >= HEARTBEAT_S
        if silent or losses != self._reported or self._failing_since is not None:
            return Batch(encode_without_spans(self._describe(losses)), 0, losses, texts)
        return None

    @harmless(None)
    def _tell_cost(self, ended: Sequence[LightSpan], *, hurry: bool) -> None:
        """Note on each request that has ended what its delivery costs, as far as that is known."""
        cost = self._cost
        if cost is None or hurry:
            return  # a flush is carried out by another thread, whose clock is not ours
        cost.book(len(ended))
        for span in ended:
            if span.kind is SERVER and span.attributes is not None:
                spans = span.attributes.get(attributes.SPANS)
                taken_ns = cost.of(spans) if isinstance(spans, int) else None
                if taken_ns is not None:
                    span.attributes[attributes.SENDER_CPU] = taken_ns

    def _describe(self, losses: Losses) -> bytes:
        """Return the resource of a message, which only changes with what was lost and in a fork."""
        known = self._described
        if known is None or known[:2] != (os.getpid(), losses):
            written = write_resource({**self._resource.attributes, **process_attributes(losses)})
            known = self._described = (os.getpid(), losses, written)
        return known[2]

    def _handle_answer(self, batch: Batch, answer: Answer) -> bool:
        if answer.outcome is Outcome.DELIVERED:
            self._reported, self._batch, self._failing_since, self._pause_s = batch.losses, None, None, 0.0
            self._notice.delivered()
            self._sent_at = monotonic()
            if _misses_texts(answer.body) and batch.texts.relies_on_known:
                self._complete(batch)
                self._batch = batch  # the receiver knows its spans again and takes the texts
                return True
            rejected = _rejected(answer.body)
            if not rejected:
                self._known_texts.acknowledge(batch.texts.sent)
            self._outbox.add_losses(dropped_spans=rejected)
            return True
        self._back_off(answer)
        is_last_try = answer.outcome is Outcome.UNCERTAIN and batch.tries >= UNCERTAIN_TRIES
        if answer.outcome is Outcome.REFUSED:
            self._notice.refused(answer.status, answer.body)
        if is_last_try or answer.outcome is Outcome.REFUSED:
            self._outbox.add_losses(dropped_spans=batch.spans)
            self._batch = None
        return False

    def _back_off(self, answer: Answer) -> None:
        if self._failing_since is None:
            self._failing_since = monotonic()
        pause_s = max(RETRY_S, answer.retry_after_s)
        if answer.outcome is Outcome.REFUSED:
            pause_s = max(pause_s, 2 * self._pause_s)
        self._pause_s = min(pause_s, LONGEST_PAUSE_S)

    def _answer_timeout(self, deadline: float) -> float:
        longest = ANSWER_S if self._failing_since is None else LAST_TRY_S
        return max(SHORTEST_WAIT_S, min(longest, deadline - monotonic()))


@harmless(0)
def _rejected(body: bytes) -> int:
    """Return how many spans of a delivered message the receiver did not take."""
    return rejected_spans(body)


@harmless(False)
def _misses_texts(body: bytes) -> bool:
    """Return whether the receiver of a message says that it lacks source texts."""
    return bool(body) and attributes.CODE_ID in warning(body)
