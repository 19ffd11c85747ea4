"""Keeps the hubs of several dashboard processes alike: each sends the others, through Redis, what arrived at it.

Every hub is a member of a Channels group on Redis. On joining it asks the others for all they hold and sends them all
it holds; after that it sends numbered batches. Redis may fill up, restart empty or go away without notice, so a hub
also listens for itself: when it no longer hears its own batches, it joins again.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar

from channels.exceptions import ChannelFull
from redis.exceptions import AuthenticationError, NoPermissionError

from dashboard.lib.public_url import public_url
from dashboard.live import frames
from dashboard.live.limits import HubLimits
from dashboard.live.messages import PeerBatch, SnapshotWanted
from dashboard.live.peer_batches import BatchQueue, GapDetector
from dashboard.traces.liveness import Heartbeat, Host, LivenessTracker
from dashboard.traces.losses import Losses, LossLedger
from dashboard.traces.ownership import Ownership
from dashboard.traces.source import read_sources, sources_of
from dashboard.traces.span import Span, SpanKey
from dashboard.traces.store import StoredSpan, TraceStore

GROUP = "hubs"
REJECTED = "rejects the user or the password of REDIS_URL"
SILENT = "does not answer"
T = TypeVar("T")

logger = logging.getLogger(__name__)


class PeerLink:
    """One hub's end of the exchange. `absorb` takes what others send, `notify` a sentence for the page, or ""."""

    def __init__(
        self,
        hub_id: str,
        store: TraceStore,
        ledger: LossLedger,
        liveness: LivenessTracker,
        limits: HubLimits,
        *,
        ownership: Ownership,
        absorb: Callable[[list[Span], list[Losses], list[Heartbeat]], None],
        notify: Callable[[str], None],
    ) -> None:
        self._id = hub_id
        self._store = store
        self._ledger = ledger
        self._liveness = liveness
        self._ownership = ownership
        self._limits = limits
        self._absorb = absorb
        self._notify = notify
        self._layer: Any = None
        self._channel = ""
        self._joined = False
        self._away = ""
        """Why Redis is of no use now; "" while it is."""
        self._number = 0
        self._losses_told = ""
        self._heard_s = 0.0
        self._news = asyncio.Event()
        self._queue = BatchQueue(store, limits.frame_bytes)
        self._gaps = GapDetector()
        self._incomplete: set[str] = set()
        """Channels of the hubs of which a batch is missing."""

    def offer(self, keys: Iterable[SpanKey]) -> None:
        """Queue spans that arrived here. Nothing is queued while Redis is away: joining sends everything."""
        if self._joined:
            self._queue.add(keys)
            self._news.set()

    async def run(self, layer: Any, url: str) -> None:
        """Exchange until cancelled. Report an error of Redis once, and retry until it is over."""
        self._layer = layer
        while True:
            try:
                await self._exchange()
            except* Exception as errors:  # noqa: BLE001 - whatever it is, we go on alone and try again
                self._report_away(url, errors)
            await asyncio.sleep(self._limits.retry_s)

    async def _exchange(self) -> None:
        await self._join()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(tasks))
            tasks.create_task(self._send_batches())

    async def _join(self) -> None:
        self._channel = await self._layer.new_channel("hub")
        await self._in_time(self._layer.group_add(GROUP, self._channel))
        self._heard_s = time.monotonic()
        await self._broadcast(self._request_snapshot())
        self._queue.replace(span.key for span in self._store.snapshot())
        self._losses_told = ""
        self._joined = True
        self._away = ""
        self._notify("")

    async def _send_batches(self) -> None:
        try:
            await self._send_batches_forever()
        finally:
            self._joined = False

    async def _send_batches_forever(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):  # nothing arrived: the batch is a heartbeat
                async with asyncio.timeout(self._limits.heartbeat_s):
                    await self._news.wait()
            self._news.clear()
            await self._send_batch()
            if time.monotonic() - self._heard_s > self._limits.answer_s:
                raise TimeoutError("Redis no longer delivers")
            await asyncio.sleep(self._limits.frame_gap_s)

    async def _send_batch(self) -> None:
        batch = self._queue.take()
        if self._queue:
            self._news.set()
        self._number += 1
        message: PeerBatch = {**self._encode(batch), "number": self._number}
        if message["losses"] == self._losses_told:
            message["losses"] = "[]"  # whoever joins asks for all there is
        else:
            self._losses_told = message["losses"]
        await self._broadcast(message)
        incomplete, self._incomplete = self._incomplete, set()
        for channel in incomplete:
            await self._send(channel, self._request_snapshot())

    def _encode(self, batch: list[StoredSpan]) -> PeerBatch:
        return {
            "type": "spans.arrived",
            "hub": self._id,
            "reply": self._channel,
            "spans": frames.encode_spans(batch),
            "owners": json.dumps(self._ownership.owners_of(stored.span for stored in batch)),
            "sources": json.dumps(sources_of(stored.span for stored in batch)),
            "losses": json.dumps([asdict(entry) for entry in self._ledger.entries()]),
            "heartbeats": json.dumps([asdict(one) for one in self._liveness.recent(time.monotonic())]),
        }

    def _request_snapshot(self) -> SnapshotWanted:
        return {"type": "snapshot.wanted", "hub": self._id, "reply": self._channel}

    async def _listen(self, tasks: asyncio.TaskGroup) -> None:
        # A message may come together with the cancellation of this task, and only one of them gets through.
        while self._joined:
            message: PeerBatch | SnapshotWanted = await self._layer.receive(self._channel)
            if not self._joined:
                return
            if message["hub"] == self._id:
                self._heard_s = time.monotonic()
            elif message["type"] == "snapshot.wanted":
                tasks.create_task(self._replay(message["reply"]))
            else:
                self._decode(message)

    def _decode(self, batch: PeerBatch) -> None:
        if "number" in batch and self._gaps.is_gap(batch["hub"], batch["number"]):
            self._incomplete.add(batch["reply"])
        # Before the spans: from then on nobody else is believed about them here either.
        self._ownership.learn((trace, span, sender) for trace, span, sender in json.loads(batch.get("owners", "[]")))
        sources = read_sources(json.loads(batch.get("sources", "{}")))
        spans = [Span.from_json(form, sources) for form in json.loads(batch["spans"])]
        losses = [Losses(**form) for form in json.loads(batch["losses"])]
        heartbeats = [Heartbeat(**{**form, "host": Host(**form["host"])}) for form in json.loads(batch["heartbeats"])]
        self._absorb(spans, losses, heartbeats)

    async def _replay(self, channel: str) -> None:
        """Send all that is stored to one hub, in bounded pieces, as fast as it takes them."""
        for piece in frames.split(self._store.since(0), self._limits.frame_bytes):
            await self._send(channel, {**self._encode(piece), "type": "spans.replayed"})

    async def _send(self, channel: str, message: PeerBatch | SnapshotWanted) -> None:
        deadline = time.monotonic() + self._limits.answer_s
        while True:
            try:
                await self._in_time(self._layer.send(channel, message))
            except ChannelFull:
                if time.monotonic() > deadline:
                    return  # its reader is gone; a hub that is alive asks again
                await asyncio.sleep(self._limits.frame_gap_s)
            else:
                return

    async def _broadcast(self, message: PeerBatch | SnapshotWanted) -> None:
        await self._in_time(self._layer.group_send(GROUP, message))

    async def _in_time(self, answer: Awaitable[T]) -> T:
        # Not `wait_for`: before Python 3.12 it swallows a cancellation that comes with the answer.
        async with asyncio.timeout(self._limits.answer_s):
            return await answer

    def _report_away(self, url: str, errors: BaseException) -> None:
        """Say once what is wrong, and again when it is something else."""
        error = _first(errors)
        cause = _cause(error)
        if cause == self._away:
            return
        self._away = cause
        since = "" if cause == REJECTED else f" (since {datetime.now(UTC):%H:%M:%S} UTC)"
        place = public_url(url)
        self._notify(f"Redis at {place} {cause}{since}: this dashboard shows only what reaches it directly.")
        logger.warning("Redis at %s %s: %s", place, cause, public_url(repr(error)))


def _cause(error: BaseException) -> str:
    """Say what is wrong with Redis, in words that follow its name."""
    return REJECTED if isinstance(error, AuthenticationError | NoPermissionError) else SILENT


def _first(error: BaseException) -> BaseException:
    """Return the first error of a group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
