"""One real request, fired by us and timed at each of its steps; it is the `client` stage of its trace.

The span is handed on each time a step is reached, so that a token moves while its request is still on the way.
"""

import asyncio
import secrets
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import h11

from dashboard.lessons.results import Outcome
from dashboard.traces.span import Span

MAX_BODY_BYTES = 16 * 1024 * 1024
READ_BYTES = 64 * 1024
NS = 1e9

CONNECTED = "gatescope.client.connected_ns"
SENT = "gatescope.client.sent_ns"
FIRST_BYTE = "gatescope.client.first_byte_ns"
LAST_BYTE = "gatescope.client.last_byte_ns"


@dataclass(frozen=True, slots=True)
class Shot:
    """What to fire: one request of a run, at one server."""

    run_id: str
    server: str
    scenario: str
    index: int
    url: str
    timeout_s: float
    via: str = ""
    """The way through a proxy; empty when the request goes straight to the server."""

    @property
    def peer(self) -> str:
        """Who is connected to, as an error names it."""
        return f"nginx in front of {self.server}" if self.via else self.server


@dataclass(slots=True)
class Journey:
    """One request on its way. `observe` gets the client span whenever something about it changed."""

    shot: Shot
    observe: Callable[[Span], None]
    trace_id: str = field(default_factory=lambda: secrets.token_hex(16))
    span_id: str = field(default_factory=lambda: secrets.token_hex(8))
    started_ns: int = 0
    ended_ns: int | None = None
    status: int | None = None
    error: str = ""
    _steps: dict[str, int | str] = field(default_factory=dict)

    async def travel(self) -> None:
        """Send the request and read its answer to the end. What goes wrong on the way becomes `error`.

        A cancelled journey ends as such and passes the cancellation on.
        """
        self.started_ns = time.time_ns()
        self._report()
        try:
            async with asyncio.timeout(self.shot.timeout_s):
                await self._exchange()
        except (OSError, h11.RemoteProtocolError) as error:
            self.error = _sentence(error, self.shot)
        except asyncio.CancelledError:
            self.error = "stopped before the answer was complete"
            raise
        finally:
            self.ended_ns = time.time_ns()
            self._report()

    def outcome(self, run_started_ns: int) -> Outcome:
        """What the client saw, so far or in the end; times are seconds after the run's start."""
        ended_ns = self.ended_ns or time.time_ns()
        return Outcome(
            trace_id=self.trace_id,
            index=self.shot.index,
            started_s=(self.started_ns - run_started_ns) / NS,
            total_s=(ended_ns - self.started_ns) / NS,
            status=self.status if self.ended_ns else None,
            error=self.error,
        )

    def span(self) -> Span:
        """The `client` stage as it stands: open until the last byte of the answer."""
        attributes: dict[str, Any] = {
            "gatescope.run": self.shot.run_id,
            "gatescope.index": self.shot.index,
            "gatescope.scenario": self.shot.scenario,
            "http.request.method": "GET",
            "url.full": self.shot.url,
            **self._steps,
        }
        if self.shot.via:
            attributes["gatescope.via"] = self.shot.via
        if self.status is not None:
            attributes["http.response.status_code"] = self.status
        if self.error:
            attributes["error.type"] = self.error
        return Span(
            trace_id=self.trace_id,
            span_id=self.span_id,
            parent_id=None,
            name=f"GET {self.shot.scenario}",
            stage="client",
            server=self.shot.server,
            start_ns=self.started_ns,
            end_ns=self.ended_ns,
            status="error" if self.error else "unset",
            attributes=attributes,
            received_ns=time.time_ns(),
        )

    async def _exchange(self) -> None:
        async with _connection(self.shot.url) as (reader, writer):
            self._reached(CONNECTED)
            protocol = h11.Connection(h11.CLIENT)
            writer.write(protocol.send(self._request()) + protocol.send(h11.EndOfMessage()))
            await writer.drain()
            self._reached(SENT)
            await self._read_answer(protocol, reader)
            self._steps[LAST_BYTE] = time.time_ns()

    def _request(self) -> h11.Request:
        parts = urlsplit(self.shot.url)
        headers = [
            ("host", parts.netloc),
            ("user-agent", "gatescope"),
            ("accept", "*/*"),
            ("connection", "close"),
            ("traceparent", f"00-{self.trace_id}-{self.span_id}-01"),
            # Stamped when the connection stands: the time to connect is ours, not the queue's.
            ("x-request-start", f"t={time.time():.6f}"),
        ]
        return h11.Request(method="GET", target=f"{parts.path}?{parts.query}".rstrip("?"), headers=headers)

    async def _read_answer(self, protocol: h11.Connection, reader: asyncio.StreamReader) -> None:
        """Read to the end of the answer. Raises OSError or h11.RemoteProtocolError when it breaks off."""
        received = 0
        while received <= MAX_BODY_BYTES:
            event = protocol.next_event()
            if event is h11.NEED_DATA:
                data = await reader.read(READ_BYTES)
                if not data and protocol.their_state is h11.SEND_RESPONSE:
                    # h11 would say it in the terms of its state machine.
                    raise ConnectionResetError("it closed the connection without an answer")
                protocol.receive_data(data)
            elif isinstance(event, h11.Response):
                self.status = event.status_code
                self._steps["network.protocol.version"] = event.http_version.decode()
                self._reached(FIRST_BYTE)
            elif isinstance(event, h11.Data):
                received += len(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return
        self.error = f"the answer is longer than {MAX_BODY_BYTES:,} bytes; the rest was not read"

    def _reached(self, step: str) -> None:
        self._steps[step] = time.time_ns()
        self._report()

    def _report(self) -> None:
        self.observe(self.span())


@asynccontextmanager
async def _connection(url: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to the host and port of `url`: one a request, and to nowhere else whatever the answer says."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    tls = self_made_tls() if parts.scheme == "https" else None
    name = host if tls else None
    reader, writer = await asyncio.open_connection(address_of(host), parts.port, ssl=tls, server_hostname=name)
    try:
        yield reader, writer
    finally:
        writer.close()


def address_of(host: str) -> str:
    """Where to connect to. Names below localhost are this machine (RFC 6761), but few resolvers know them."""
    return "127.0.0.1" if host.endswith(".localhost") else host


def self_made_tls() -> ssl.SSLContext:
    """TLS with a certificate that nobody vouches for: our own nginx's, on this machine."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _sentence(error: OSError | h11.RemoteProtocolError, shot: Shot) -> str:
    match error:
        case TimeoutError():
            return f"no answer within {shot.timeout_s:g} s"
        case ConnectionRefusedError():
            return f"{shot.peer} refused the connection"
        case ConnectionResetError() | BrokenPipeError() | h11.RemoteProtocolError():
            return f"{shot.peer} broke off: {error}"
        case _:
            return f"{type(error).__name__}: {error}"
