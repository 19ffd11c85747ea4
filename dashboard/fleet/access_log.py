"""nginx's access log as spans: what it measured of each request becomes the `proxy` stage of the request's trace.

nginx sends a line of JSON for each request by the protocol of syslog, as a datagram to this process. By UDP and not
through a Unix socket: Linux holds ten datagrams of the latter (net.unix.max_dgram_qlen), and a burst has a thousand.
"""

import asyncio
import json
import re
import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from dashboard.fleet.ways import WAYS
from dashboard.traces.losses import Losses
from dashboard.traces.own import is_own
from dashboard.traces.span import AttributeValue, Span

NS = 1_000_000_000
MS = 1_000_000
TAG = "gatescope"
RECEIVE_BYTES = 4 * 1024 * 1024
"""Asked of the kernel for lines that wait to be read: thousands; what comes beyond is nginx's to lose."""

FIELDS = {
    "ended": "msec",
    "traceparent": "http_traceparent",
    "server": "gatescope_server",
    "way": "gatescope_way",
    "method": "request_method",
    "path": "uri",
    "protocol": "server_protocol",
    "status": "status",
    "request_s": "request_time",
    "connect_s": "upstream_connect_time",
    "header_s": "upstream_header_time",
    "response_s": "upstream_response_time",
    "upstream": "upstream_addr",
    "upstream_status": "upstream_status",
}
"""What a line holds, and the variable of nginx that it comes from. Times are seconds, to the millisecond.
https://nginx.org/en/docs/http/ngx_http_upstream_module.html#variables
"""

Passed = Callable[[Sequence[Span], Sequence[Losses]], None]

_HEADER = re.compile(rf"<\d{{1,3}}>[^{{]{{0,64}}{TAG}: ")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")

BAD_GATEWAY, GATEWAY_TIMEOUT, CLIENT_LEFT = 502, 504, 499


class AccessLog(asyncio.DatagramProtocol):
    """Listens for nginx's lines; `passed` gets the span of each, and how many could not be read."""

    def __init__(self, server: str, passed: Passed) -> None:
        self._server = server
        self._passed = passed
        self._instance = secrets.token_hex(8)
        self._unread = 0
        self._transport: asyncio.BaseTransport | None = None
        self.port = 0

    @classmethod
    async def listen(cls, server: str, passed: Passed) -> Self:
        """Listen on a free port of this machine alone. Raises OSError."""
        log = cls(server, passed)
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        receiver.bind(("127.0.0.1", 0))
        receiver.setblocking(False)
        log.port = receiver.getsockname()[1]
        log._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: log, sock=receiver)
        return log

    def close(self) -> None:
        """Stop listening."""
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, _sender: object) -> None:
        """Take one line. What is none is counted as a span that was lost."""
        try:
            span = passage(data)
        except (ValueError, KeyError, TypeError, OverflowError):
            self._unread += 1
            self._passed([], [Losses(self._server, self._instance, dropped_spans=self._unread)])
            return
        if span is not None and not is_own(span.trace_id):
            self._passed([span], [])


def passage(data: bytes) -> Span | None:
    """The `proxy` stage that a line tells of; None for a request without a trace to join.

    Raises ValueError, KeyError, TypeError or OverflowError for a line that is not ours.
    """
    text = data.decode("utf-8", "replace")
    header = _HEADER.match(text)
    if header is None:
        raise ValueError("expected a syslog message of nginx")
    line: dict[str, Any] = json.loads(text[header.end() :])
    trace = _TRACEPARENT.fullmatch(line["traceparent"])
    if trace is None:
        return None
    end_ns = round(float(line["ended"]) * 1000) * MS
    status = int(line["status"])
    problem = _problem(status, line)
    return Span(
        trace_id=trace[1],
        span_id=secrets.token_hex(8),
        parent_id=trace[2],
        name="nginx",
        stage="proxy",
        server=str(line["server"]),
        start_ns=end_ns - round(float(line["request_s"]) * 1000) * MS,
        end_ns=end_ns,
        status="error" if problem else "unset",
        attributes=_attributes(line, status, problem),
    )


def _attributes(line: Mapping[str, Any], status: int, problem: str) -> dict[str, AttributeValue]:
    measured: dict[str, AttributeValue] = {
        "gatescope.via": WAYS[line["way"]].name,
        "http.request.method": line["method"],
        "url.path": line["path"],
        "network.protocol.version": str(line["protocol"]).removeprefix("HTTP/").replace("2.0", "2"),
        "http.response.status_code": status,
        "gatescope.proxy.upstream": line["upstream"],
        "gatescope.proxy.upstream_status": line["upstream_status"],
    }
    for name in ("request_s", "connect_s", "header_s", "response_s"):
        if (seconds := _seconds(line[name])) is not None:
            measured[f"gatescope.proxy.{name}"] = seconds
    if problem:
        measured["error.type"] = problem
    return measured


def _problem(status: int, line: Mapping[str, Any]) -> str:
    """What went wrong between nginx and the server, in plain words; empty when an answer came, whatever it said."""
    if status == CLIENT_LEFT:
        return "the client left before the answer"
    if str(line["upstream_status"]) != str(status) or _seconds(line["header_s"]) is not None:
        return ""
    if status == GATEWAY_TIMEOUT:
        return "the server did not answer in time"
    if status == BAD_GATEWAY:
        refused = _seconds(line["connect_s"]) is None
        return "the server refused the connection" if refused else "the server broke off without an answer"
    return ""


def _seconds(text: Any) -> float | None:
    """A time that nginx measured; None where it measured none."""
    return None if text in {"", "-"} else float(text)
