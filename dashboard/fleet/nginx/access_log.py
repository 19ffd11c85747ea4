"""nginx's log as spans: what it measured of each request becomes the `proxy` stage of the request's trace. Pure.

A line of JSON tells of each request. It does not tell of a server that broke off in the middle of an answer: to nginx
such a request is complete. That is said by a line of the error log, just before, about the same connection.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboard.fleet.nginx.routes import ROUTES
from dashboard.traces.attributes import (
    ERROR_TYPE,
    METHOD,
    PATH,
    PROTOCOL_VERSION,
    PROXY,
    PROXY_UPSTREAM,
    PROXY_UPSTREAM_STATUS,
    STATUS,
    VIA,
)
from dashboard.traces.span import AttributeValue, Span

NS = 1_000_000_000
MS = 1_000_000
TAG = "gatescope"

FIELDS = {
    "id": "request_id",
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
    "connection": "connection",
}
"""What a line holds, and the variable of nginx that it comes from. Times are seconds, to the millisecond.
https://nginx.org/en/docs/http/ngx_http_upstream_module.html#variables
"""

_HEADER = re.compile(rf"<\d{{1,3}}>[^{{]{{0,64}}?{TAG}: ")
_ERROR = re.compile(r"\d{4}/\d\d/\d\d [\d:]{8} \[[a-z]+\] ")
_BROKEN_ANSWER = re.compile(r"\d+#\d+: \*(\d{1,20}) ([^,]{1,200}) while reading upstream, client: ")
_SPAN_ID = re.compile("(?!0{16})[0-9a-f]{16}")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")

BAD_GATEWAY, GATEWAY_TIMEOUT, CLIENT_LEFT = 502, 504, 499


@dataclass(frozen=True, slots=True)
class BrokenAnswer:
    """A server did not finish the answer that it had begun on this connection of a client."""

    connection: str
    problem: str
    """What happened, in plain words."""


@dataclass(frozen=True, slots=True)
class ProxiedRequest:
    """A request that went through, on this connection of a client; without a span when it has no trace to join."""

    connection: str
    span: Span | None

    def broken_by(self, broken: BrokenAnswer) -> "ProxiedRequest":
        """The same, with an answer that was cut off. What nginx told of itself is a better reason."""
        if self.span is None or self.span.status == "error":
            return self
        attributes = {**self.span.attributes, ERROR_TYPE: broken.problem}
        return replace(self, span=replace(self.span, status="error", attributes=attributes))


def read(data: bytes) -> ProxiedRequest | BrokenAnswer | None:
    """What a datagram of nginx tells; None for an error that its passage tells as well.

    Raises ValueError, KeyError, TypeError or OverflowError for what is not a line of ours.
    """
    text = data.decode("utf-8", "replace")
    header = _HEADER.match(text)
    if header is None:
        raise ValueError("expected a syslog message of nginx")
    if error := _ERROR.match(text, header.end()):
        return _broken_answer(text[error.end() :])
    line: dict[str, Any] = json.loads(text[header.end() :])
    return ProxiedRequest(str(line["connection"]), _span(line))


def _broken_answer(text: str) -> BrokenAnswer | None:
    found = _BROKEN_ANSWER.match(text)
    if found is None:
        return None
    silent = "timed out" in found[2]
    what = "fell silent" if silent else "broke off"
    return BrokenAnswer(found[1], f"the server {what} in the middle of the answer")


def _span(line: Mapping[str, Any]) -> Span | None:
    """The `proxy` stage that a line of the access log tells of."""
    trace = _TRACEPARENT.fullmatch(line["traceparent"])
    if trace is None:
        return None
    # nginx's own, so that all who get the line make the same span of it.
    span_id = _SPAN_ID.match(line["id"])
    if span_id is None:
        raise ValueError("expected an id of nginx, which is hexadecimal")
    end_ns = round(float(line["ended"]) * 1000) * MS
    status = int(line["status"])
    problem = _problem(status, line)
    return Span(
        trace_id=trace[1],
        span_id=span_id[0],
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
        VIA: ROUTES[line["way"]].name,
        METHOD: line["method"],
        PATH: line["path"],
        PROTOCOL_VERSION: str(line["protocol"]).removeprefix("HTTP/").replace("2.0", "2"),
        STATUS: status,
        PROXY_UPSTREAM: line["upstream"],
        PROXY_UPSTREAM_STATUS: line["upstream_status"],
    }
    for name in ("request_s", "connect_s", "header_s", "response_s"):
        if (seconds := _seconds(line[name])) is not None:
            measured[PROXY + name] = seconds
    if problem:
        measured[ERROR_TYPE] = problem
    return measured


def _problem(status: int, line: Mapping[str, Any]) -> str:
    """What went wrong between nginx and the server, in plain words; empty when an answer came, whatever it said."""
    if status == CLIENT_LEFT:
        return "the client left before the answer"
    if status == BAD_GATEWAY and not line["upstream"]:
        return "there is no such host as the server's"
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
