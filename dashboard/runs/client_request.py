"""One real request, fired by us and timed at each of its steps; it is the `client` stage of its trace.

What every protocol shares stands here; `http1` and `http2` say how the bytes travel. The span is handed on each time
a step is reached, so that a token moves while its request is still on the way.
"""

import asyncio
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from dashboard.runs.orders import Order
from dashboard.runs.results import RequestResult
from dashboard.runs.target import Target
from dashboard.traces.span import Span

MAX_BODY_BYTES = 16 * 1024 * 1024
READ_BYTES = 64 * 1024
PIECE_BYTES = 2 * 1024
"""A slow client sends its body in pieces of this size."""
CHUNKS_KEPT = 256
CHUNK_NS = 1_000_000
"""What arrives within a millisecond of a chunk is the same chunk: the network cuts where it likes."""
NS = 1e9

CONNECTED = "gatescope.client.connected_ns"
SENT = "gatescope.client.sent_ns"
FIRST_BYTE = "gatescope.client.first_byte_ns"
LAST_BYTE = "gatescope.client.last_byte_ns"
LEFT = "gatescope.client.left_ns"
SENDING = "gatescope.client.sending_ns"
CHUNKS = "gatescope.client.chunks_ns"
CHUNKS_CUT = "gatescope.client.chunks_cut"
CONNECTION = "gatescope.client.connection"
STREAM = "gatescope.client.stream_id"
PROTOCOL = "network.protocol.version"


class NotSpokenError(OSError):
    """The server and we cannot talk; the message is the whole sentence for the reader."""


@dataclass(frozen=True, slots=True)
class RequestSpec:
    """What to send: one request of a run, to one server."""

    order: Order
    run_id: str
    server: str
    index: int
    target: Target

    @property
    def peer(self) -> str:
        """The peer, as named in error messages."""
        return f"nginx in front of {self.server}" if self.order.via else self.server

    @property
    def body_bytes(self) -> int:
        """The size of the body to POST; 0 makes it a GET."""
        return self.order.scenario.body_bytes

    @property
    def method(self) -> str:
        """The request's method."""
        return "POST" if self.body_bytes else "GET"

    @property
    def path(self) -> str:
        """Path and query."""
        return self.order.path

    @property
    def url(self) -> str:
        """The URL as a browser would show it."""
        return f"{self.target.scheme}://{self.target.asked_host}{self.path}"


Observe = Callable[[Span], None]


@dataclass(slots=True)
class Journey(ABC):
    """One request on its way. `observe` gets the client span whenever something about it changed."""

    spec: RequestSpec
    observe: Observe
    trace_id: str = field(default_factory=lambda: secrets.token_hex(16))
    span_id: str = field(default_factory=lambda: secrets.token_hex(8))
    started_ns: int = 0
    ended_ns: int | None = None
    status: int | None = None
    left: bool = False
    error: str = ""
    _steps: dict[str, int | str] = field(default_factory=dict)
    _chunks_ns: list[int] = field(default_factory=list)
    _chunks_cut: int = 0
    _received: int = 0
    _fresh: bool = False
    """A chunk arrived that nobody was told of."""

    async def travel(self) -> None:
        """Send the request and read its answer to the end. What goes wrong on the way becomes `error`.

        A cancelled journey ends as such and passes the cancellation on.
        """
        self.started_ns = time.time_ns()
        self._report()
        leaving = asyncio.timeout(self.spec.order.leave)
        try:
            async with asyncio.timeout(self.spec.order.timeout_s), leaving:
                await self._exchange()
        except OSError as error:
            self._failed(error, leaving=leaving.expired())
        except asyncio.CancelledError:
            self.error = "stopped before the answer was complete"
            raise
        finally:
            self.ended_ns = time.time_ns()
            self._report()

    def result(self, run_started_ns: int) -> RequestResult:
        """Return what the client saw, so far or in the end; times are seconds after the run's start."""
        ended_ns = self.ended_ns or time.time_ns()
        return RequestResult(
            trace_id=self.trace_id,
            index=self.spec.index,
            started_s=(self.started_ns - run_started_ns) / NS,
            total_s=(ended_ns - self.started_ns) / NS,
            status=self.status if self.ended_ns else None,
            error=self.error,
            left=self.left,
            protocol=str(self._steps.get(PROTOCOL, "")) or None,
            chunks_s=tuple(offset_ns / NS for offset_ns in self._chunks_ns),
        )

    def span(self) -> Span:
        """The `client` stage as it stands: open until the last byte of the answer, or until the client left."""
        return Span(
            trace_id=self.trace_id,
            span_id=self.span_id,
            parent_id=None,
            name=f"{self.spec.method} {self.spec.order.scenario.name}",
            stage="client",
            server=self.spec.server,
            start_ns=self.started_ns,
            end_ns=self.ended_ns,
            status="error" if self.error and not self.left else "unset",
            attributes=self._attributes(),
            received_ns=time.time_ns(),
        )

    @abstractmethod
    async def _exchange(self) -> None:
        """Send the request and read the whole answer. Raises OSError when it breaks off."""

    def _headers(self) -> list[tuple[str, str]]:
        """The headers that every protocol sends; made when the connection stands.

        The time to connect is ours, not the queue's, so X-Request-Start is stamped after it.
        """
        headers = [
            ("user-agent", "gatescope"),
            ("accept", "*/*"),
            ("traceparent", f"00-{self.trace_id}-{self.span_id}-01"),
            ("x-request-start", f"t={time.time():.6f}"),
        ]
        if self.spec.body_bytes:
            headers += [
                ("content-type", "application/octet-stream"),
                ("content-length", str(self.spec.body_bytes)),
            ]
        return headers

    async def _send_slowly(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Give the body to `send` in pieces, spread evenly over the time that the sending is to take."""
        begun_ns = time.time_ns()
        rest = self.spec.body_bytes
        pause_s = self.spec.order.work_s / max(-(-rest // PIECE_BYTES) - 1, 1)
        while rest:
            await send(bytes(min(rest, PIECE_BYTES)))
            rest -= min(rest, PIECE_BYTES)
            if rest:
                await asyncio.sleep(pause_s)
        self._steps[SENDING] = time.time_ns() - begun_ns

    def _answered(self, status: int, protocol: str) -> None:
        self.status = status
        self._steps[PROTOCOL] = protocol
        self._reached(FIRST_BYTE)

    def _chunk(self, size: int) -> bool:
        """Note a piece of the body; False when there is to be no more of it."""
        self._received += size
        offset_ns = max(time.time_ns() - self.started_ns, 0)
        if not self._chunks_ns or offset_ns - self._chunks_ns[-1] >= CHUNK_NS:
            if len(self._chunks_ns) < CHUNKS_KEPT:
                self._chunks_ns.append(offset_ns)
                self._fresh = True
            else:
                self._chunks_cut += 1
        if self._received > MAX_BODY_BYTES:
            self.error = f"the answer is longer than {MAX_BODY_BYTES:,} bytes; the rest was not read"
        return not self.error

    def _report_chunks(self) -> None:
        """Show the chunks that arrived since the last report, if any."""
        if self._fresh:
            self._report()

    def _reached(self, step: str) -> None:
        self._steps[step] = time.time_ns()
        self._report()

    def _report(self) -> None:
        self._fresh = False
        self.observe(self.span())

    def _attributes(self) -> dict[str, Any]:
        attributes: dict[str, Any] = {
            "gatescope.run": self.spec.run_id,
            "gatescope.index": self.spec.index,
            "gatescope.scenario": self.spec.order.scenario.name,
            "http.request.method": self.spec.method,
            "url.full": self.spec.url,
            **self._steps,
        }
        if via := self.spec.order.via:
            attributes["gatescope.via"] = via.name
        if self._chunks_ns:
            attributes[CHUNKS] = list(self._chunks_ns)
        if self._chunks_cut:
            attributes[CHUNKS_CUT] = self._chunks_cut
        if self.status is not None:
            attributes["http.response.status_code"] = self.status
        if self.error and not self.left:
            attributes["error.type"] = self.error
        return attributes

    def _failed(self, error: OSError, *, leaving: bool) -> None:
        self.left = leaving
        if leaving:
            self._steps[LEFT] = time.time_ns()
            self.error = f"left after {self.spec.order.leave:g} s"
        else:
            self.error = _sentence(error, self.spec)


def _sentence(error: OSError, spec: RequestSpec) -> str:
    match error:
        case NotSpokenError():
            return str(error)
        case TimeoutError():
            return f"no answer within {spec.order.timeout_s:g} s"
        case ConnectionRefusedError():
            return f"{spec.peer} refused the connection"
        case ConnectionResetError() | BrokenPipeError():
            return f"{spec.peer} broke off: {error}"
        case _:
            return f"{type(error).__name__}: {error}"
