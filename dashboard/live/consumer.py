"""One viewer's WebSocket: a snapshot first, then numbered frames, and never more than the viewer takes.

Daphne buffers without bound for a client that does not read, so the page acknowledges frames. A viewer who falls
behind is sent nothing until its acknowledgements return, and then a snapshot that says how much it missed
(`feed.py`). Everything comes from the hub's store in this process; the channel layer only says that there is
something new.
"""

import asyncio
import json
import time
from contextlib import suppress

from channels.exceptions import ChannelFull
from channels.generic.websocket import AsyncWebsocketConsumer

from dashboard.access.guards import VISITOR
from dashboard.access.keys import PRESENTER
from dashboard.live import frames
from dashboard.live.feed import Feed, Phase, Piece
from dashboard.live.hub import VIEWERS, Hub
from dashboard.live.limits import ViewerLimits
from dashboard.live.messages import FragmentChanged, LayerMessage, SpansArrived
from dashboard.live.window import Window

# Ours: Autobahn lets an application send none of the registered codes but 1000 (4000-4999 are free, RFC 6455 §7.4.2).
NO_ACKNOWLEDGEMENT = 4408
"""The viewer was silent for too long."""
MESSAGE_TOO_BIG = 4413
UNSUPPORTED_DATA = 4415


class Viewer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Sends what `Feed` has, as far as `Window` has room. The only message it understands is {"ack": N}."""

    groups = (VIEWERS,)

    def __init__(self, source: Hub, limits: ViewerLimits | None = None) -> None:
        super().__init__()
        self.hub = source
        self.limits = limits or ViewerLimits()
        self._feed = Feed(self.hub.store, self.hub.status, self.hub.limits.frame_bytes)
        self._window = Window(self.limits)
        self._fragments_due: set[str] = set()
        self._visitor = PRESENTER
        self._acked_s = self._heard_s = time.monotonic()
        self._watch: asyncio.Task[None] | None = None

    async def dispatch(self, message: LayerMessage) -> None:
        """Call the message's handler.

        Channels would also close database connections around each: that is a hop to the one thread which all sync
        code shares, and a viewer never touches the database.
        """
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        """Accept the viewer (its origin was checked before) and show it all there is; refuse it when it is full."""
        self._visitor = self.scope.get(VISITOR, PRESENTER)
        if not self.hub.admit(self, self._visitor):
            await self.close()
            return
        await self.hub.start()
        await self.accept()
        self._acked_s = self._heard_s = time.monotonic()
        self._watch = asyncio.create_task(self._tick_forever(), name="viewer-watch")
        await self._start_over()

    async def disconnect(self, code: int) -> None:
        """Stop watching and give the place back. Channels leaves the group."""
        self.hub.leave(self)
        if self._watch:
            self._watch.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take an acknowledgement. Ignore anything else, or close the socket if it cannot come from our page."""
        if text_data is None:
            await self.close(UNSUPPORTED_DATA)
        elif len(text_data) > self.limits.client_message_bytes:
            await self.close(MESSAGE_TOO_BIG)
        elif self._window.acknowledge(_parse_ack(text_data)):
            self._acked_s = time.monotonic()
            await self._send_more()

    async def spans_arrived(self, frame: SpansArrived) -> None:
        """Pass a frame of the hub on, if the viewer is level and has room for it."""
        if frame["hub"] != self.hub.id:
            return
        self._heard_s = time.monotonic()
        if self._feed.phase is Phase.BEHIND:
            self._feed.fall_behind(frame["count"])
        elif self._feed.lost_before(frame):
            await self._start_over()
        elif self._feed.wants(frame) and not await self._send_piece(Piece(frame["body"], frame["revision"])):
            self._feed.fall_behind(frame["count"])

    async def fragment_changed(self, message: FragmentChanged) -> None:
        """Send the fragment now, or once the viewer is level."""
        if message["hub"] == self.hub.id:
            self._fragments_due.add(message["name"])
            if self._feed.phase is Phase.LEVEL:
                await self._send_fragments()

    async def watch_tick(self, message: LayerMessage) -> None:
        """Act on silence from either side."""
        now_s = time.monotonic()
        if self._window.messages and now_s - self._acked_s > self.limits.silence_s:
            await self.close(NO_ACKNOWLEDGEMENT)
        elif now_s - self._heard_s > self.limits.hub_silence_s:
            await self._rejoin()

    async def _tick_forever(self) -> None:
        """Send ticks through the viewer's own channel, so that everything it does happens in sequence."""
        while True:
            await asyncio.sleep(self.limits.watch_s)
            with suppress(ChannelFull):  # it has much to do, so it is not silent
                await self.channel_layer.send(self.channel_name, {"type": "watch.tick"})

    async def _rejoin(self) -> None:
        """Join the group again: the layer drops a slow channel from its groups without notice."""
        self._heard_s = time.monotonic()
        await self.hub.start()
        await self.channel_layer.group_add(VIEWERS, self.channel_name)
        if self._feed.is_outdated:
            await self._start_over()

    async def _send_more(self) -> None:
        """Use the room that an acknowledgement made."""
        if self._feed.phase is Phase.FILLING:
            await self._fill()
        elif self._feed.phase is Phase.LEVEL:
            await self._send_fragments()
        elif self._window.is_half_free:
            await self._start_over()

    async def _start_over(self) -> None:
        self._feed.start_over()
        self._fragments_due = set(self.hub.fragments)
        await self._fill()

    async def _fill(self) -> None:
        """Send what is missing while there is room, then the fragments."""
        while piece := self._feed.next_piece():
            if not await self._send_piece(piece):
                return
        await self._send_fragments()

    async def _send_piece(self, piece: Piece) -> bool:
        """Send a frame. Return False if there is no room for it."""
        text = frames.encode_frame(self._window.next_seq, piece.body)
        if not self._window.fits(len(text)):
            return False
        self._feed.advance(piece)
        self._window.add_frame(len(text))
        await self.send(text)
        return True

    async def _send_fragments(self) -> None:
        for name in sorted(self._fragments_due):
            html = self.hub.fragments[name].shown_to(self._visitor)
            size = len(html.encode())
            if not self._window.fits(size):
                return
            self._fragments_due.discard(name)
            self._window.add_fragment(size)
            await self.send(html)


def _parse_ack(text: str) -> int:
    """Return the number that a viewer acknowledges; -1, which was never sent, for any other message."""
    try:
        number = json.loads(text)["ack"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return -1
    return number if type(number) is int else -1
