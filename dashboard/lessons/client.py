"""One real request, fired by us and timed at each of its steps; it is the `client` stage of its trace.

The span is handed on each time a step is reached, so that a token moves while its request is still on the way.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from dashboard.lessons.results import Outcome
from dashboard.traces.span import Span

MAX_BODY_BYTES = 16 * 1024 * 1024
NS = 1e9

# What httpx reports (its "trace" extension) and the attribute that remembers when it happened.
STEPS = {
    "connection.connect_tcp.complete": "gatescope.client.connected_ns",
    "http11.send_request_body.complete": "gatescope.client.sent_ns",
    "http11.receive_response_headers.complete": "gatescope.client.first_byte_ns",
}

HEADERS_LEAVE = "http11.send_request_headers.started"


@dataclass(frozen=True, slots=True)
class Shot:
    """What to fire: one request of a run, at one server."""

    run_id: str
    server: str
    scenario: str
    index: int
    url: str
    timeout_s: float


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

    async def travel(self, client: httpx.AsyncClient) -> None:
        """Send the request and read its answer to the end. What goes wrong on the way becomes `error`.

        A cancelled journey ends as such and passes the cancellation on.
        """
        self.started_ns = time.time_ns()
        self._report()
        try:
            await self._exchange(client)
        except (httpx.HTTPError, OSError) as error:
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

    async def _exchange(self, client: httpx.AsyncClient) -> None:
        async with client.stream(
            "GET",
            self.shot.url,
            headers=self._headers(),
            timeout=self.shot.timeout_s,
            extensions={"trace": self._step},
        ) as response:
            self.status = response.status_code
            self._steps["network.protocol.version"] = response.http_version.removeprefix("HTTP/")
            received = 0
            async for chunk in response.aiter_raw():
                received += len(chunk)
                if received > MAX_BODY_BYTES:
                    self.error = f"the answer is longer than {MAX_BODY_BYTES:,} bytes; the rest was not read"
                    break
            self._steps["gatescope.client.last_byte_ns"] = time.time_ns()

    def _headers(self) -> Mapping[str, str]:
        return {"traceparent": f"00-{self.trace_id}-{self.span_id}-01"}

    async def _step(self, event: str, info: Mapping[str, Any]) -> None:
        if event == HEADERS_LEAVE:
            # Stamped here and not when the request was made: the time to connect is ours, not the queue's.
            info["request"].headers.append((b"x-request-start", b"t=%.6f" % time.time()))
        if attribute := STEPS.get(event):
            self._steps[attribute] = time.time_ns()
            self._report()

    def _report(self) -> None:
        self.observe(self.span())


def open_client() -> httpx.AsyncClient:
    """A client that opens one connection a request and takes no advice from the environment or from answers.

    Redirects and proxies are ignored, so a request can only reach the server it was fired at.
    """
    return httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        verify=False,  # noqa: S501 - the fleet's own servers on this machine
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        headers={"accept": "*/*", "accept-encoding": "identity", "user-agent": "gatescope"},
    )


def _sentence(error: Exception, shot: Shot) -> str:
    match error:
        case httpx.ConnectError():
            return f"{shot.server} refused the connection"
        case httpx.TimeoutException():
            return f"no answer within {shot.timeout_s:g} s"
        case httpx.RemoteProtocolError():
            return f"{shot.server} broke off: {error}"
        case _:
            return f"{type(error).__name__}: {error}"
