"""One viewer's WebSocket: a snapshot first, then numbered frames, and never more than the viewer takes.

Daphne buffers without bound for a client that does not read, so the page acknowledges frames. A viewer who
falls behind gets nothing until its acknowledgements return, and then a snapshot that says how much it
missed. All it needs comes from the hub's store in this process; the channel layer only says that there is
something new.
"""

import asyncio
import json
import time
from collections import deque
from typing import Any

from channels.exceptions import ChannelFull
from channels.generic.websocket import AsyncWebsocketConsumer

from dashboard.live import frames
from dashboard.live.hub import VIEWERS, Hub, hub
from dashboard.live.limits import ViewerLimits
from dashboard.live.window import Window
from dashboard.traces.span import SpanKey
from dashboard.traces.store import Kept

# Ours: Autobahn lets an application send none of the registered codes but 1000 (4000-4999 are free, RFC 6455 §7.4.2).
NO_ACKNOWLEDGEMENT = 4408
"""The viewer was silent for too long."""
MESSAGE_TOO_BIG = 4413
UNSUPPORTED_DATA = 4415


class Viewer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Carries no control: the only thing it understands is {"ack": N}.

    It is *level* while it has all that the hub published. Otherwise it is being filled from the store, or,
    when the window of unacknowledged frames is full, it is *behind* and what it misses is counted.
    """

    groups = (VIEWERS,)

    def __init__(self, source: Hub | None = None, limits: ViewerLimits | None = None) -> None:
        super().__init__()
        self.hub = source or hub
        self.limits = limits or ViewerLimits()
        self._window = Window(self.limits)
        self._seq = 0
        self._position = 0
        self._level = False
        self._behind = False
        self._missed = 0
        self._parts: deque[list[SpanKey]] = deque()
        self._part_count = 0
        self._fragments_due: set[str] = set()
        self._acked = self._heard = time.monotonic()
        self._watch: asyncio.Task[None] | None = None

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As Channels does, but without closing database connections around each frame: that is a hop to
        the one thread which all sync code shares, and a viewer never touches the database.
        """
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        """Let the viewer in (the origin was checked before) and show it all there is; refuse it when it is full."""
        if not self.hub.admit(self):
            await self.close()
            return
        await self.hub.start()
        await self.accept()
        self._acked = self._heard = time.monotonic()
        self._watch = asyncio.create_task(self._tick_forever(), name="viewer-watch")
        await self._start_over()

    async def disconnect(self, code: int) -> None:
        """Stop watching and free the place. Channels leaves the group."""
        self.hub.leave(self)
        if self._watch:
            self._watch.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take an acknowledgement. Anything else is ignored, or ends the socket when it cannot come from
        our page.
        """
        if text_data is None:
            await self.close(UNSUPPORTED_DATA)
        elif len(text_data) > self.limits.client_message_bytes:
            await self.close(MESSAGE_TOO_BIG)
        elif self._window.acknowledge(_ack(text_data)):
            self._acked = time.monotonic()
            await self._go_on()

    async def spans_arrived(self, message: dict[str, Any]) -> None:
        """A frame of the hub: pass it on when the viewer is level and has room for it."""
        if message["hub"] != self.hub.id:
            return
        self._heard = time.monotonic()
        if self._behind:
            self._missed += message["count"]
        elif self._level and message["since"] > self._position:
            await self._start_over()
        elif self._level and (message["revision"] > self._position or not message["count"]):
            await self._pass_on(message)

    async def fragment_changed(self, message: dict[str, Any]) -> None:
        """A fragment of the page changed; the hub holds its newest text."""
        if message["hub"] == self.hub.id:
            self._fragments_due.add(message["name"])
            if self._level:
                await self._send_fragments()

    async def watch_tick(self, message: dict[str, Any]) -> None:
        """Notice silence on either side."""
        now = time.monotonic()
        if self._window.frames and now - self._acked > self.limits.silence_s:
            await self.close(NO_ACKNOWLEDGEMENT)
        elif now - self._heard > self.limits.hub_silence_s:
            await self._join_again()

    async def _tick_forever(self) -> None:
        """Ticks travel through the viewer's own channel, so that all it does happens one after the other."""
        while True:
            await asyncio.sleep(self.limits.watch_s)
            try:
                await self.channel_layer.send(self.channel_name, {"type": "watch.tick"})
            except ChannelFull:
                continue  # it has much to do, so it is not silent

    async def _join_again(self) -> None:
        """The layer drops a slow channel from its groups without a word, so silence means: join, and look
        what is new.
        """
        self._heard = time.monotonic()
        await self.hub.start()
        await self.channel_layer.group_add(VIEWERS, self.channel_name)
        if self._level and self._position < self.hub.store.revision:
            await self._start_over()

    async def _pass_on(self, message: dict[str, Any]) -> None:
        text = frames.frame(self._seq, message["body"])
        if self._window.fits(len(text)):
            self._position = max(self._position, message["revision"])
            await self._send_numbered(text)
        else:
            self._level = False
            self._behind = True
            self._missed += message["count"]

    async def _go_on(self) -> None:
        if self._behind and self._window.relaxed:
            await self._start_over()
        elif not self._level and not self._behind:
            await self._fill()
        elif self._fragments_due and self._level:
            await self._send_fragments()

    async def _start_over(self) -> None:
        """A snapshot of all there is. Only keys are remembered, so a viewer that stops reading holds no
        spans in memory.
        """
        store = self.hub.store
        pieces = frames.chunks(store.since(0), self.hub.limits.frame_bytes)
        self._parts = deque([kept.span.key for kept in piece] for piece in pieces)
        if not self._parts:
            self._parts.append([])
        self._part_count = len(self._parts)
        self._position = store.revision
        self._fragments_due = set(self.hub.fragments)
        self._level = self._behind = False
        await self._fill()

    async def _fill(self) -> None:
        """Send what is missing while there is room: the parts of the snapshot, then what changed since it
        was begun.
        """
        while self._parts:
            if not await self._send_if_room(self._part_text()):
                return
            self._parts.popleft()
            if not self._parts:
                self._missed = 0
        while news := self.hub.store.since(self._position):
            piece = next(frames.chunks(news, self.hub.limits.frame_bytes))
            if not await self._send_if_room(frames.frame(self._seq, frames.body(piece, {}))):
                return
            self._position = piece[-1].revision
        self._level = True
        await self._send_fragments()

    def _part_text(self) -> str:
        kept = self._present(self._parts[0])
        number = self._part_count - len(self._parts) + 1
        extras = {
            "snapshot": True,
            "part": number,
            "parts": self._part_count,
            "missed": self._missed,
            **self.hub.summary(),
        }
        return frames.frame(self._seq, frames.body(kept, extras))

    def _present(self, keys: list[SpanKey]) -> list[Kept]:
        """The newest versions of what is still kept; what went meanwhile is gone for the viewer, too."""
        found = (self.hub.store.get(key) for key in keys)
        return [kept for kept in found if kept]

    async def _send_fragments(self) -> None:
        for name in sorted(self._fragments_due):
            html = self.hub.fragments[name]
            size = len(html.encode())
            if not self._window.fits(size):
                return
            self._fragments_due.discard(name)
            self._window.sent(self._seq, size)
            await self.send(html)

    async def _send_if_room(self, text: str) -> bool:
        if not self._window.fits(len(text)):
            return False
        await self._send_numbered(text)
        return True

    async def _send_numbered(self, text: str) -> None:
        self._window.sent(self._seq, len(text))
        self._window.last_seq = self._seq
        self._seq += 1
        await self.send(text)


def _ack(text: str) -> int:
    """The number that a viewer acknowledges; -1, which was never sent, for anything that is no
    acknowledgement.
    """
    try:
        number = json.loads(text)["ack"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return -1
    return number if type(number) is int else -1
