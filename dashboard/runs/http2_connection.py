"""A client's connection over HTTP/2, and the streams on it: one request and its answer each.

Over TLS the protocol is agreed on by ALPN; in clear text it is spoken at once, with prior knowledge (RFC 9113 §3.3),
and the server's first frame tells whether it understood.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RemoteSettingsChanged,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import ProtocolError

from dashboard.runs.client_request import READ_BYTES, ProtocolNotSpokenError
from dashboard.runs.target import Target

SETTINGS_WITHIN_S = 5.0
"""A server that speaks HTTP/2 sends its settings at once; one that has not by then does not."""


class Http2Connection:
    """One connection, opened when it is first needed. `name` is the client's end of it."""

    def __init__(self, server: str, target: Target) -> None:
        self.name = ""
        self._server = server
        self._target = target
        self._protocol = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
        self._streams: dict[int, Http2Stream] = {}
        self._changed = asyncio.Event()
        self._has_settings = False
        self._broken: OSError | None = None
        self._stack = AsyncExitStack()
        self._opening: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter

    @classmethod
    @asynccontextmanager
    async def to(cls, server: str, target: Target) -> AsyncIterator["Http2Connection"]:
        """Yield a connection that is closed at the end of the block."""
        connection = cls(server, target)
        try:
            yield connection
        finally:
            await connection._close()

    async def wait_for_room(self) -> None:
        """Wait until one more stream may be opened; the caller opens it before it awaits anything.

        Raises OSError when there is no connection, or none that speaks HTTP/2.
        """
        if self._opening is None:
            self._opening = asyncio.create_task(self._open())
        # The first request may leave while others wait for the same connection.
        await asyncio.shield(self._opening)
        most = self._protocol.remote_settings.max_concurrent_streams
        await self.wait_until(lambda: self._protocol.open_outbound_streams < most)

    def open_stream(self, headers: list[tuple[str, str]], *, ends: bool) -> "Http2Stream":
        """Send a request's head; `ends` if no body follows."""
        number = self._protocol.get_next_available_stream_id()
        self._protocol.send_headers(number, headers, end_stream=ends)
        stream = self._streams[number] = Http2Stream(number, self, sent=ends)
        self.flush()
        return stream

    def window_bytes(self, number: int) -> int:
        """Return how many bytes the server takes on a stream now."""
        return min(self._protocol.local_flow_control_window(number), self._protocol.max_outbound_frame_size)

    async def send(self, number: int, data: bytes, *, ends: bool = False) -> None:
        """Send what the window has room for."""
        self._protocol.send_data(number, data, end_stream=ends)
        self.flush()
        await self._writer.drain()

    def close_stream(self, number: int) -> None:
        """Forget a stream; one that is not over on both sides is reset, which is how a client leaves."""
        stream = self._streams.pop(number)
        if not (stream.ended and stream.sent) and not self._broken:
            self._protocol.reset_stream(number, ErrorCodes.CANCEL)
            self.flush()
        self._changed.set()

    async def wait_until(self, is_reached: Callable[[], bool]) -> None:
        """Wait until `is_reached()`. Raises OSError when the connection breaks first."""
        while self._broken is None and not is_reached():
            self._changed.clear()
            await self._changed.wait()
        if self._broken is not None:
            raise self._broken

    def flush(self) -> None:
        """Write what the protocol has to say to the socket."""
        self._writer.write(self._protocol.data_to_send())

    async def _open(self) -> None:
        reader, self._writer = await self._stack.enter_async_context(self._target.connection("h2"))
        self.name = "{}:{}".format(*self._writer.get_extra_info("sockname"))
        self._check_agreement()
        self._protocol.initiate_connection()
        self.flush()
        self._reading = asyncio.create_task(self._read(reader))
        try:
            async with asyncio.timeout(SETTINGS_WITHIN_S):
                await self.wait_until(lambda: self._has_settings)
        except TimeoutError:
            raise self._not_spoken(f"it did not answer within {SETTINGS_WITHIN_S:g} s") from None

    def _check_agreement(self) -> None:
        over_tls = self._writer.get_extra_info("ssl_object")
        if over_tls and over_tls.selected_alpn_protocol() != "h2":
            raise self._not_spoken("it agreed to no h2 in the TLS handshake (ALPN)")

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while data := await reader.read(READ_BYTES):
                if not self._has_settings and data.startswith(b"HTTP/1"):
                    line = data.partition(b"\r\n")[0].decode("latin-1")
                    raise self._not_spoken(f"it answered {line!r}")
                for event in self._protocol.receive_data(data):
                    self._take(event)
                self.flush()
                self._changed.set()
            raise ConnectionResetError("it closed the connection")
        except ProtocolError as error:
            self._break(ConnectionResetError(str(error)))
        except OSError as error:
            self._break(error)

    def _take(self, event: Event) -> None:
        match event:
            case RemoteSettingsChanged():
                self._has_settings = True
            case ConnectionTerminated():
                raise ConnectionResetError(f"it ended the connection (GOAWAY, code {event.error_code})")
            case DataReceived():
                self._protocol.acknowledge_received_data(event.flow_controlled_length or 0, event.stream_id)
        # Something may still arrive for a stream that was closed on our side.
        if stream := self._streams.get(getattr(event, "stream_id", None) or 0):
            stream.take(event)

    def _break(self, error: OSError) -> None:
        if not self._has_settings and not isinstance(error, ProtocolNotSpokenError):
            error = self._not_spoken(str(error))
        self._broken = error
        for stream in self._streams.values():
            stream.events.put_nowait(error)
        self._changed.set()

    def _not_spoken(self, what_came: str) -> ProtocolNotSpokenError:
        way = "over TLS" if self._target.tls else "in clear text"
        return ProtocolNotSpokenError(f"{self._server} does not speak HTTP/2 {way}: {what_came}")

    async def _close(self) -> None:
        tasks = [task for task in (self._opening, self._reading) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._stack.aclose()


@dataclass(slots=True)
class Http2Stream:
    """One request and its answer on a connection."""

    number: int
    _connection: Http2Connection
    events: asyncio.Queue[Event | OSError] = field(default_factory=asyncio.Queue)
    """What the server said; flow control bounds it, and whoever reads the answer takes it at once."""
    ended: bool = False
    """The server has nothing more to say."""
    sent: bool = False
    """We have nothing more to say."""

    async def send(self, data: bytes) -> None:
        """Send a piece of the body, as the server has room for it."""
        while data:
            await self._connection.wait_until(lambda: self._connection.window_bytes(self.number) > 0)
            room = self._connection.window_bytes(self.number)
            await self._connection.send(self.number, data[:room])
            data = data[room:]

    async def end(self) -> None:
        """Say that the body is complete."""
        await self._connection.send(self.number, b"", ends=True)
        self.sent = True

    def take(self, event: Event) -> None:
        """Take what the connection received for this stream."""
        self.ended = self.ended or isinstance(event, StreamEnded | StreamReset)
        self.sent = self.sent or isinstance(event, StreamReset)
        self.events.put_nowait(event)

    def close(self) -> None:
        """Finish with it, or leave."""
        self._connection.close_stream(self.number)
