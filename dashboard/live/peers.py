"""Keeps the hubs of several dashboard processes alike: each tells the others through Redis what arrived at
it.

Every hub is itself a member of a Channels group on Redis. On joining it asks the others for all they hold
and tells them all it holds; after that it sends numbered batches. Redis may fill up, restart empty or go
away without a word, so a hub also listens for itself: when it no longer hears its own batches, it joins
again.
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
from urllib.parse import urlsplit

from channels.exceptions import ChannelFull
from redis.exceptions import AuthenticationError, NoPermissionError

from dashboard.live import frames
from dashboard.live.limits import HubLimits
from dashboard.traces.liveness import Host, LifeLedger, Sign
from dashboard.traces.losses import Losses, LossLedger
from dashboard.traces.span import Span, SpanKey
from dashboard.traces.store import Kept, TraceStore

GROUP = "hubs"
PEERS_REMEMBERED = 100
T = TypeVar("T")

logger = logging.getLogger(__name__)


class PeerLink:
    """One hub's end of the exchange. `absorb` takes what others saw; `notify` takes a sentence for the
    page, or "".
    """

    def __init__(
        self,
        hub_id: str,
        store: TraceStore,
        ledger: LossLedger,
        lives: LifeLedger,
        limits: HubLimits,
        *,
        absorb: Callable[[list[Span], list[Losses], list[Sign]], None],
        notify: Callable[[str], None],
    ) -> None:
        self._id = hub_id
        self._store = store
        self._ledger = ledger
        self._lives = lives
        self._limits = limits
        self._absorb = absorb
        self._notify = notify
        self._layer: Any = None
        self._channel = ""
        self._joined = False
        self._away = False
        self._number = 0
        self._heard = 0.0
        self._news = asyncio.Event()
        self._outbox: dict[SpanKey, None] = {}
        self._numbers: dict[str, int] = {}
        self._wanted: set[str] = set()

    def offer(self, keys: Iterable[SpanKey]) -> None:
        """Tell the others of spans that arrived here. While Redis is away nothing is queued: joining tells
        all.
        """
        if self._joined:
            self._outbox.update(dict.fromkeys(keys))
            self._news.set()

    async def run(self, layer: Any, url: str) -> None:
        """Exchange until cancelled. An error of Redis is said once, and tried again until it is over."""
        self._layer = layer
        while True:
            try:
                await self._exchange()
            except* Exception as errors:  # noqa: BLE001 - whatever it is, this dashboard goes on alone and tries again
                self._say_away(url, errors)
            await asyncio.sleep(self._limits.retry_s)

    async def _exchange(self) -> None:
        await self._join()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(tasks))
            tasks.create_task(self._tell())

    async def _join(self) -> None:
        self._channel = await self._layer.new_channel("hub")
        await self._in_time(self._layer.group_add(GROUP, self._channel))
        self._heard = time.monotonic()
        await self._broadcast({"type": "snapshot.wanted"})
        self._outbox = dict.fromkeys(span.key for span in self._store.snapshot())
        self._joined = True
        self._away = False
        self._notify("")

    async def _tell(self) -> None:
        """Send what is in the outbox, one bounded batch at a time; an empty batch is a heartbeat."""
        try:
            await self._tell_forever()
        finally:
            self._joined = False

    async def _tell_forever(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):  # nothing arrived: the batch is a heartbeat
                async with asyncio.timeout(self._limits.heartbeat_s):
                    await self._news.wait()
            self._news.clear()
            await self._tell_batch()
            if time.monotonic() - self._heard > self._limits.answer_s:
                raise TimeoutError("Redis no longer delivers")
            await asyncio.sleep(self._limits.frame_gap_s)

    async def _tell_batch(self) -> None:
        batch = self._next_batch()
        if self._outbox:
            self._news.set()
        self._number += 1
        await self._broadcast({"type": "spans.arrived", "number": self._number, **self._payload(batch)})
        wanted, self._wanted = self._wanted, set()
        for channel in wanted:
            await self._send(channel, {"type": "snapshot.wanted"})

    def _next_batch(self) -> list[Kept]:
        known = (self._store.get(key) for key in self._outbox)
        batch = next(frames.chunks((kept for kept in known if kept), self._limits.frame_bytes), [])
        if not batch:
            self._outbox.clear()
            return batch
        last = batch[-1].span.key
        for key in list(self._outbox):
            del self._outbox[key]
            if key == last:
                break
        return batch

    def _payload(self, batch: list[Kept]) -> dict[str, Any]:
        # JSON within the message: the text exists already, and no serializer walks through the spans again.
        losses = json.dumps([asdict(entry) for entry in self._ledger.entries()])
        signs = json.dumps([asdict(sign) for sign in self._lives.recent(time.monotonic())])
        return {"spans": frames.array(batch), "losses": losses, "signs": signs}

    async def _listen(self, tasks: asyncio.TaskGroup) -> None:
        # A message may come together with the cancellation of this task, and only one of them gets through.
        while self._joined:
            message = await self._layer.receive(self._channel)
            if not self._joined:
                return
            if message["hub"] == self._id:
                self._heard = time.monotonic()
            elif message["type"] == "snapshot.wanted":
                tasks.create_task(self._replay(message["reply"]))
            else:
                self._spans_arrived(message)

    def _spans_arrived(self, message: dict[str, Any]) -> None:
        self._check_number(message)
        spans = [Span.from_json(form) for form in json.loads(message["spans"])]
        losses = [Losses(**form) for form in json.loads(message["losses"])]
        signs = [Sign(**{**form, "host": Host(**form["host"])}) for form in json.loads(message["signs"])]
        self._absorb(spans, losses, signs)

    def _check_number(self, message: dict[str, Any]) -> None:
        """Ask a hub for all it holds when one of its batches is missing. Replays carry no number."""
        number = message.get("number")
        if number is None:
            return
        expected = self._numbers.pop(message["hub"], number - 1) + 1
        self._numbers[message["hub"]] = number
        if number != expected:
            self._wanted.add(message["reply"])
        if len(self._numbers) > PEERS_REMEMBERED:
            del self._numbers[next(iter(self._numbers))]

    async def _replay(self, channel: str) -> None:
        """Send all that is kept to one hub, in bounded pieces, as fast as it takes them."""
        for piece in frames.chunks(self._store.since(0), self._limits.frame_bytes):
            await self._send(channel, {"type": "spans.replayed", **self._payload(piece)})

    async def _send(self, channel: str, message: dict[str, Any]) -> None:
        deadline = time.monotonic() + self._limits.answer_s
        while True:
            try:
                await self._in_time(self._layer.send(channel, self._signed(message)))
            except ChannelFull:
                if time.monotonic() > deadline:
                    return  # its reader is gone; a hub that lives asks again
                await asyncio.sleep(self._limits.frame_gap_s)
            else:
                return

    async def _broadcast(self, message: dict[str, Any]) -> None:
        await self._in_time(self._layer.group_send(GROUP, self._signed(message)))

    def _signed(self, message: dict[str, Any]) -> dict[str, Any]:
        return {**message, "hub": self._id, "reply": self._channel}

    async def _in_time(self, answer: Awaitable[T]) -> T:
        # Not `wait_for`: before Python 3.12 it swallows a cancellation that comes with the answer.
        async with asyncio.timeout(self._limits.answer_s):
            return await answer

    def _say_away(self, url: str, error: BaseException) -> None:
        if self._away:
            return
        self._away = True
        trouble = _trouble(_first(error))
        self._notify(f"Redis at {_public(url)} {trouble}: this dashboard shows what reaches it alone.")
        logger.warning("Redis at %s %s: %r", _public(url), trouble, _first(error))


def _trouble(error: BaseException) -> str:
    """What is wrong with Redis, in words that follow its name."""
    if isinstance(error, AuthenticationError | NoPermissionError):
        return "refuses the user or the password of REDIS_URL"
    return f"does not answer since {datetime.now(UTC):%H:%M:%S} UTC"


def _first(error: BaseException) -> BaseException:
    """The first error of a group of them."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _public(url: str) -> str:
    """The URL without user and password."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
