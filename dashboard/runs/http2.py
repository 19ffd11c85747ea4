"""Journeys over HTTP/2: all requests of a run to one server are streams of one connection.

Over TLS the protocol is agreed on by ALPN; in clear text it is spoken at once, with prior knowledge (RFC 9113 §3.3),
and the server's first frame tells whether it understood.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RemoteSettingsChanged,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import ProtocolError

from dashboard.runs.client_request import (
    CONNECTED,
    CONNECTION,
    LAST_BYTE,
    READ_BYTES,
    SENT,
    STREAM,
    Journey,
    NotSpokenError,
)
from dashboard.runs.target import Target

SETTINGS_WITHIN_S = 5.0
"""A server that speaks HTTP/2 sends its settings at once; one that has not by then does not."""


class Http2Connection:
    """One connection, made when the first journey needs it. `name` is the client's end of it."""

    def __init__(self, server: str, target: Target) -> None:
        self.name = ""
        self._server = server
        self._target = target
        self._protocol = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
        self._streams: dict[int, Http2Stream] = {}
        self._changed = asyncio.Event()
        self._settled = False
        self._broken: OSError | None = None
        self._open_things = AsyncExitStack()
        self._opening: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter

    @classmethod
    @asynccontextmanager
    async def to(cls, server: str, target: Target) -> AsyncIterator["Http2Connection"]:
        """A connection until the end of the block."""
        connection = cls(server, target)
        try:
            yield connection
        finally:
            await connection._close()

    async def room(self) -> None:
        """Wait until one more stream may be opened; the caller opens it before it awaits anything.

        Raises OSError when there is no connection, or none that speaks HTTP/2.
        """
        if self._opening is None:
            self._opening = asyncio.create_task(self._open())
        # The first journey may leave while others wait for the same connection.
        await asyncio.shield(self._opening)
        most = self._protocol.remote_settings.max_concurrent_streams
        await self.until(lambda: self._protocol.open_outbound_streams < most)

    def open_stream(self, headers: list[tuple[str, str]], *, ends: bool) -> "Http2Stream":
        """Send a request's head; `ends` when no body follows."""
        number = self._protocol.get_next_available_stream_id()
        self._protocol.send_headers(number, headers, end_stream=ends)
        stream = self._streams[number] = Http2Stream(number, self, sent=ends)
        self.flush()
        return stream

    def window(self, number: int) -> int:
        """How many bytes the server takes on a stream now."""
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

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait until `reached()`. Raises OSError when the connection breaks first."""
        while self._broken is None and not reached():
            self._changed.clear()
            await self._changed.wait()
        if self._broken is not None:
            raise self._broken

    def flush(self) -> None:
        """Hand what the protocol wants to say to the socket."""
        self._writer.write(self._protocol.data_to_send())

    async def _open(self) -> None:
        reader, self._writer = await self._open_things.enter_async_context(self._target.connection("h2"))
        self.name = "{}:{}".format(*self._writer.get_extra_info("sockname"))
        self._check_agreement()
        self._protocol.initiate_connection()
        self.flush()
        self._reading = asyncio.create_task(self._read(reader))
        try:
            async with asyncio.timeout(SETTINGS_WITHIN_S):
                await self.until(lambda: self._settled)
        except TimeoutError:
            raise self._does_not_speak(f"it did not answer within {SETTINGS_WITHIN_S:g} s") from None

    def _check_agreement(self) -> None:
        over_tls = self._writer.get_extra_info("ssl_object")
        if over_tls and over_tls.selected_alpn_protocol() != "h2":
            raise self._does_not_speak("it agreed to no h2 in the TLS handshake (ALPN)")

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while data := await reader.read(READ_BYTES):
                if not self._settled and data.startswith(b"HTTP/1"):
                    line = data.partition(b"\r\n")[0].decode("latin-1")
                    raise self._does_not_speak(f"it answered {line!r}")
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
                self._settled = True
            case ConnectionTerminated():
                raise ConnectionResetError(f"it ended the connection (GOAWAY, code {event.error_code})")
            case DataReceived():
                self._protocol.acknowledge_received_data(event.flow_controlled_length or 0, event.stream_id)
        # A stream that its journey has left may still say something.
        if stream := self._streams.get(getattr(event, "stream_id", None) or 0):
            stream.take(event)

    def _break(self, error: OSError) -> None:
        if not self._settled and not isinstance(error, NotSpokenError):
            error = self._does_not_speak(str(error))
        self._broken = error
        for stream in self._streams.values():
            stream.events.put_nowait(error)
        self._changed.set()

    def _does_not_speak(self, what_came: str) -> NotSpokenError:
        way = "over TLS" if self._target.tls else "in clear text"
        return NotSpokenError(f"{self._server} does not speak HTTP/2 {way}: {what_came}")

    async def _close(self) -> None:
        tasks = [task for task in (self._opening, self._reading) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._open_things.aclose()


@dataclass(slots=True)
class Http2Stream:
    """One request and its answer on a connection."""

    number: int
    _connection: Http2Connection
    events: asyncio.Queue[Event | OSError] = field(default_factory=asyncio.Queue)
    """What the server said; flow control bounds it, and the journey takes it at once."""
    ended: bool = False
    """The server has nothing more to say."""
    sent: bool = False
    """We have nothing more to say."""

    async def send(self, data: bytes) -> None:
        """Send a piece of the body, as the server has room for it."""
        while data:
            await self._connection.until(lambda: self._connection.window(self.number) > 0)
            room = self._connection.window(self.number)
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
        """Be done with it, or leave."""
        self._connection.close_stream(self.number)


@dataclass(slots=True, kw_only=True)
class Http2Journey(Journey):
    """One request as a stream of a shared connection."""

    connection: Http2Connection

    async def _exchange(self) -> None:
        try:
            await self._exchange_on_stream()
        except ProtocolError as error:
            raise ConnectionResetError(str(error)) from error

    async def _exchange_on_stream(self) -> None:
        await self.connection.room()
        self._steps[CONNECTION] = self.connection.name
        self._reached(CONNECTED)
        stream = self.connection.open_stream(self._head(), ends=not self.spec.body_bytes)
        self._steps[STREAM] = stream.number
        sending = asyncio.create_task(self._send_body(stream))
        try:
            await self._read_answer(stream)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            stream.close()
        self._steps[LAST_BYTE] = time.time_ns()

    def _head(self) -> list[tuple[str, str]]:
        target = self.spec.target
        return [
            (":method", self.spec.method),
            (":scheme", target.scheme),
            (":authority", target.asked_host),
            (":path", self.spec.path),
            *self._headers(),
        ]

    async def _send_body(self, stream: Http2Stream) -> None:
        if self.spec.body_bytes:
            await self._send_slowly(stream.send)
            await stream.end()
        self._reached(SENT)

    async def _read_answer(self, stream: Http2Stream) -> None:
        """Read to the end of the answer. Raises OSError when it breaks off."""
        while True:
            if stream.events.empty():
                self._report_chunks()
            match await stream.events.get():
                case ResponseReceived(headers=headers):
                    self._answered(_status(headers), "2")
                case DataReceived(data=data):
                    if data and not self._chunk(len(data)):
                        return
                case StreamEnded():
                    return
                case StreamReset(error_code=code):
                    raise ConnectionResetError(f"it reset the stream (code {code})")
                case OSError() as error:
                    raise error


def _status(headers: Iterable[tuple[Any, Any]] | None) -> int:
    """The status of an answer; h2 lets none through that has not exactly one."""
    return next(int(value) for name, value in headers or () if name == ":status")
