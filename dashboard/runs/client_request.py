"""One real request, fired by us and timed at each of its steps; it is the `client` stage of its trace.

How its bytes travel is up to an `Exchange`: `http1`, `http2` and `websocket` each have one. The span is handed on
whenever a step is reached, so that a token moves while its request is still on the way.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from dashboard.runs.orders import WEBSOCKET
from dashboard.runs.request_spec import RequestSpec
from dashboard.runs.results import RequestResult
from dashboard.traces import attributes
from dashboard.traces.span import AttributeValue, Span

MAX_BODY_BYTES = 16 * 1024 * 1024
READ_BYTES = 64 * 1024
PIECE_BYTES = 2 * 1024
"""A slow client sends its body in pieces of this size."""
CHUNKS_KEPT = 256
CHUNK_NS = 1_000_000
"""What arrives within a millisecond of a chunk is the same chunk: the network cuts where it likes."""
NS = 1e9


class ProtocolNotSpokenError(OSError):
    """The server and we have no protocol in common; the message is the whole sentence for the reader."""


Observe = Callable[[Span], None]


@dataclass(slots=True)
class ClientRequest:
    """One request on its way. `observe` gets the client span whenever something about it changed."""

    spec: RequestSpec
    observe: Observe
    trace_id: str = field(default_factory=lambda: secrets.token_hex(16))
    span_id: str = field(default_factory=lambda: secrets.token_hex(8))
    started_ns: int = 0
    ended_ns: int | None = None
    status: int | None = None
    left: bool = False
    """Whether the client left on purpose."""
    error: str = ""
    notes: dict[str, AttributeValue] = field(default_factory=dict)
    """What is known of its steps, by the names of the span's attributes."""
    largest_gap_ns: int | None = None
    """The longest silence between two beats, of a heartbeat only."""
    heard_ns: int | None = None
    """When the announcement was heard, of a phone only."""
    slow: bool = False
    """Whether it is the phone that reads nothing for a while."""
    _chunks_ns: list[int] = field(default_factory=list)
    _chunks_cut: int = 0
    _received: int = 0
    _has_unreported_chunk: bool = False

    async def carry_out(self, exchange: "Exchange") -> None:
        """Send it and read its answer to the end. What goes wrong on the way becomes `error`.

        If cancelled, it ends as such and passes the cancellation on.
        """
        self.started_ns = time.time_ns()
        self._report()
        leaving = asyncio.timeout(self.spec.order.leave)
        try:
            async with asyncio.timeout(self.spec.order.timeout_s), leaving:
                await exchange(self)
        except OSError as error:
            self._fail(error, is_leaving=leaving.expired())
        except asyncio.CancelledError:
            self.error = "stopped before the answer was complete"
            raise
        finally:
            self.ended_ns = time.time_ns()
            self._report()

    def headers(self) -> list[tuple[str, str]]:
        """Return the headers that every protocol sends; call it when the connection is open.

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

    def reach(self, step: str) -> int:
        """Note and report that a step was reached now. Return the moment, unix ns."""
        self.notes[step] = moment_ns = time.time_ns()
        self._report()
        return moment_ns

    def take_status(self, status: int, protocol: str) -> None:
        """Note and report the head of the answer."""
        self.status = status
        self.notes[attributes.PROTOCOL_VERSION] = protocol
        self.reach(attributes.FIRST_BYTE)

    def take_chunk(self, size: int) -> bool:
        """Note a piece of the body. Return False if no more of it should be read."""
        self._received += size
        offset_ns = max(time.time_ns() - self.started_ns, 0)
        if not self._chunks_ns or offset_ns - self._chunks_ns[-1] >= CHUNK_NS:
            if len(self._chunks_ns) < CHUNKS_KEPT:
                self._chunks_ns.append(offset_ns)
                self._has_unreported_chunk = True
            else:
                self._chunks_cut += 1
        if self._received > MAX_BODY_BYTES:
            self.error = f"the answer is longer than {MAX_BODY_BYTES:,} bytes; the rest was not read"
        return not self.error

    def report_chunks(self) -> None:
        """Report the chunks that arrived since the last report, if any."""
        if self._has_unreported_chunk:
            self._report()

    async def send_body(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Give the body to `send` in pieces, spread evenly over the time of the scenario's knob."""
        begun_ns = time.time_ns()
        rest = self.spec.body_bytes
        pause_s = self.spec.order.work_s / max(-(-rest // PIECE_BYTES) - 1, 1)
        while rest:
            await send(bytes(min(rest, PIECE_BYTES)))
            rest -= min(rest, PIECE_BYTES)
            if rest:
                await asyncio.sleep(pause_s)
        self.notes[attributes.SENDING] = time.time_ns() - begun_ns

    def result(self, run_started_ns: int) -> RequestResult:
        """Return what the client saw, so far or in the end; times are seconds after the run's start."""
        ended_ns = self.ended_ns or time.time_ns()
        protocol = WEBSOCKET if self.spec.is_websocket else self.notes.get(attributes.PROTOCOL_VERSION)
        return RequestResult(
            trace_id=self.trace_id,
            index=self.spec.index,
            started_s=(self.started_ns - run_started_ns) / NS,
            total_s=(ended_ns - self.started_ns) / NS,
            status=self.status if self.ended_ns else None,
            error=self.error,
            ended=self.ended_ns is not None,
            left=self.left,
            protocol=str(protocol) if protocol else None,
            chunks_s=tuple(offset_ns / NS for offset_ns in self._chunks_ns),
            largest_gap_s=None if self.largest_gap_ns is None else self.largest_gap_ns / NS,
            heard_s=None if self.heard_ns is None else (self.heard_ns - run_started_ns) / NS,
            slow=self.slow,
        )

    def span(self) -> Span:
        """Return the `client` stage as it stands: open until the last byte of the answer, or the client's leaving."""
        return Span(
            trace_id=self.trace_id,
            span_id=self.span_id,
            parent_id=None,
            name=f"{self.spec.method} {self.spec.order.scenario}",
            stage="client",
            server=self.spec.server,
            start_ns=self.started_ns,
            end_ns=self.ended_ns,
            status="error" if self._has_failed else "unset",
            attributes=self._attributes(),
            received_ns=time.time_ns(),
        )

    @property
    def _has_failed(self) -> bool:
        return bool(self.error) and not self.left

    def _report(self) -> None:
        self._has_unreported_chunk = False
        self.observe(self.span())

    def _attributes(self) -> dict[str, AttributeValue]:
        order = self.spec.order
        found: dict[str, AttributeValue] = {
            attributes.RUN: self.spec.run_id,
            attributes.INDEX: self.spec.index,
            attributes.SCENARIO: order.scenario,
            attributes.METHOD: self.spec.method,
            attributes.URL: self.spec.url,
            **self.notes,
        }
        if self.spec.is_websocket:
            found[attributes.PROTOCOL_NAME] = WEBSOCKET
        if order.via:
            found[attributes.VIA] = order.via
        if self._chunks_ns:
            found[attributes.CHUNKS] = list(self._chunks_ns)
        if self._chunks_cut:
            found[attributes.CHUNKS_CUT] = self._chunks_cut
        if self.largest_gap_ns is not None:
            found[attributes.LARGEST_GAP] = self.largest_gap_ns
        if self.slow:
            found[attributes.SLOW] = True
        if self.status is not None:
            found[attributes.STATUS] = self.status
        if self._has_failed:
            found[attributes.ERROR_TYPE] = self.error
        return found

    def _fail(self, error: OSError, *, is_leaving: bool) -> None:
        self.left = is_leaving
        if is_leaving:
            self.notes[attributes.LEFT] = time.time_ns()
            self.error = f"left after {self.spec.order.leave:g} s"
        else:
            self.error = _sentence(error, self.spec)


Exchange = Callable[[ClientRequest], Awaitable[None]]
"""Sends a request and reads the whole answer, noting each step. Raises OSError when it breaks off."""


def _sentence(error: OSError, spec: RequestSpec) -> str:
    match error:
        case ProtocolNotSpokenError():
            return str(error)
        case TimeoutError():
            return f"no answer within {spec.order.timeout_s:g} s"
        case ConnectionRefusedError():
            return f"{spec.peer} refused the connection"
        case ConnectionResetError() | BrokenPipeError():
            return f"{spec.peer} broke off: {error}"
        case _:
            return f"{type(error).__name__}: {error}"
