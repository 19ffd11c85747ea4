"""nginx's logs as spans: what it measured of each request becomes the `proxy` stage of the request's trace. Pure.

The access log has a line of JSON for each request. It does not say when a server broke off in the middle of an
answer: to nginx such a request is complete. A line of the error log does, just before, about the same connection.
"""

import re
from dataclasses import dataclass, replace

import msgspec

from dashboard.fleet.nginx.routes import ROUTES
from dashboard.traces import attributes
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
"""The fields of a `LogLine`, and the variables of nginx that fill them.
https://nginx.org/en/docs/http/ngx_http_upstream_module.html#variables
"""

_HEADER = re.compile(rf"<\d{{1,3}}>[^{{]{{0,64}}?{TAG}: ")
_ERROR = re.compile(r"\d{4}/\d\d/\d\d [\d:]{8} \[[a-z]+\] ")
_BROKEN_ANSWER = re.compile(r"\d+#\d+: \*(\d{1,20}) ([^,]{1,200}) while reading upstream, client: ")
_SPAN_ID = re.compile("(?!0{16})[0-9a-f]{16}")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")

BAD_GATEWAY, GATEWAY_TIMEOUT, CLIENT_LEFT = 502, 504, 499


class LogLine(msgspec.Struct, frozen=True):
    """A line of the access log, as nginx writes it. Times are seconds, to the millisecond; "" and "-" mean none."""

    id: str
    ended: str
    traceparent: str
    server: str
    way: str
    method: str
    path: str
    protocol: str
    status: int
    request_s: str
    connect_s: str
    header_s: str
    response_s: str
    upstream: str
    upstream_status: str
    connection: str


@dataclass(frozen=True, slots=True)
class BrokenAnswer:
    """A server did not finish an answer that it had begun, on this connection of a client."""

    connection: str
    problem: str
    """What happened, in plain words."""


@dataclass(frozen=True, slots=True)
class ProxiedRequest:
    """A request that nginx handled, on this connection of a client; without a span where it belongs to no trace."""

    connection: str
    span: Span | None

    def broken_by(self, broken: BrokenAnswer) -> "ProxiedRequest":
        """Return the request with an answer that was cut off, unless nginx itself gave a better reason."""
        if self.span is None or self.span.status == "error":
            return self
        changed = {**self.span.attributes, attributes.ERROR_TYPE: broken.problem}
        return replace(self, span=msgspec.structs.replace(self.span, status="error", attributes=changed))


def read(data: bytes) -> ProxiedRequest | BrokenAnswer | None:
    """Read a datagram of nginx; return None for an error that the access log reports as well.

    Raises ValueError, KeyError or OverflowError for anything else.
    """
    text = data.decode("utf-8", "replace")
    header = _HEADER.match(text)
    if header is None:
        raise ValueError("expected a syslog message of nginx")
    if error := _ERROR.match(text, header.end()):
        return _broken_answer(text[error.end() :])
    line = _parse(text[header.end() :])
    return ProxiedRequest(line.connection, _span(line))


def _parse(text: str) -> LogLine:
    try:
        # Not strict: nginx writes numbers in quotes.
        return msgspec.json.decode(text, type=LogLine, strict=False)
    except msgspec.DecodeError as error:
        raise ValueError(f"expected a line of our access log: {error}") from error


def _broken_answer(text: str) -> BrokenAnswer | None:
    found = _BROKEN_ANSWER.match(text)
    if found is None:
        return None
    silent = "timed out" in found[2]
    what = "fell silent" if silent else "broke off"
    return BrokenAnswer(found[1], f"the server {what} in the middle of the answer")


def _span(line: LogLine) -> Span | None:
    """Return the `proxy` stage that a line of the access log describes; None for a request without a trace."""
    trace = _TRACEPARENT.fullmatch(line.traceparent)
    if trace is None:
        return None
    # nginx's own, so that all who get the line make the same span of it.
    span_id = _SPAN_ID.match(line.id)
    if span_id is None:
        raise ValueError("expected an id of nginx, which is hexadecimal")
    end_ns = round(float(line.ended) * 1000) * MS
    problem = _problem(line)
    return Span(
        trace_id=trace[1],
        span_id=span_id[0],
        parent_id=trace[2],
        name="nginx",
        stage="proxy",
        server=line.server,
        start_ns=end_ns - round(float(line.request_s) * 1000) * MS,
        end_ns=end_ns,
        status="error" if problem else "unset",
        attributes=_attributes(line, problem),
    )


def _attributes(line: LogLine, problem: str) -> dict[str, AttributeValue]:
    measured: dict[str, AttributeValue] = {
        attributes.VIA: ROUTES[line.way].name,
        attributes.METHOD: line.method,
        attributes.URL_PATH: line.path,
        attributes.PROTOCOL_VERSION: line.protocol.removeprefix("HTTP/").replace("2.0", "2"),
        attributes.STATUS: line.status,
        attributes.PROXY_UPSTREAM: line.upstream,
        attributes.PROXY_UPSTREAM_STATUS: line.upstream_status,
    }
    times = {
        attributes.PROXY_REQUEST_S: line.request_s,
        attributes.PROXY_CONNECT_S: line.connect_s,
        attributes.PROXY_HEADER_S: line.header_s,
        attributes.PROXY_RESPONSE_S: line.response_s,
    }
    for name, text in times.items():
        if (seconds := _seconds(text)) is not None:
            measured[name] = seconds
    if problem:
        measured[attributes.ERROR_TYPE] = problem
    return measured


def _problem(line: LogLine) -> str:
    """Say in plain words what went wrong between nginx and the server; return "" when any answer came."""
    if line.status == CLIENT_LEFT:
        return "the client left before the answer"
    if line.status == BAD_GATEWAY and not line.upstream:
        return "there is no such host as the server's"
    if line.upstream_status != str(line.status) or _seconds(line.header_s) is not None:
        return ""
    if line.status == GATEWAY_TIMEOUT:
        return "the server did not answer in time"
    if line.status == BAD_GATEWAY:
        refused = _seconds(line.connect_s) is None
        return "the server refused the connection" if refused else "the server broke off without an answer"
    return ""


def _seconds(text: str) -> float | None:
    """Return a time that nginx measured; None where it measured none."""
    return None if text in {"", "-"} else float(text)
