"""A line of nginx's access log becomes the `proxy` stage, or is counted as lost."""

import asyncio
import json
import socket

import pytest

from dashboard.fleet.access_log import AccessLog, passage
from dashboard.traces.losses import Losses
from dashboard.traces.own import new_own_trace_id
from dashboard.traces.span import Span

TRACE, PARENT = "ab" * 16, "cd" * 8
ANSWERED = {
    "ended": "1800000000.250",
    "traceparent": f"00-{TRACE}-{PARENT}-01",
    "server": "gunicorn-sync",
    "way": "nginx-http10",
    "method": "GET",
    "path": "/hello/",
    "protocol": "HTTP/2.0",
    "status": "200",
    "request_s": "0.200",
    "connect_s": "0.001",
    "header_s": "0.150",
    "response_s": "0.180",
    "upstream": "127.0.0.1:8100",
    "upstream_status": "200",
}


def _line(**changes: str) -> bytes:
    return f"<190>Nov 24 18:00:00 gatescope: {json.dumps({**ANSWERED, **changes})}".encode()


def _span(**changes: str) -> Span:
    span = passage(_line(**changes))
    assert span is not None
    return span


def test_it_joins_the_trace_below_who_asked() -> None:
    span = _span()
    assert (span.trace_id, span.parent_id, span.stage, span.server) == (TRACE, PARENT, "proxy", "gunicorn-sync")


def test_it_ends_when_nginx_logged_and_lasted_as_long_as_nginx_says() -> None:
    span = _span()
    assert (span.start_ns, span.end_ns) == (1_800_000_000_050_000_000, 1_800_000_000_250_000_000)


def test_each_figure_of_nginx_is_an_attribute() -> None:
    span = _span()
    assert span.status == "unset"
    assert span.attributes == {
        "gatescope.via": "nginx-http10",
        "http.request.method": "GET",
        "url.path": "/hello/",
        "network.protocol.version": "2",
        "http.response.status_code": 200,
        "gatescope.proxy.upstream": "127.0.0.1:8100",
        "gatescope.proxy.upstream_status": "200",
        "gatescope.proxy.request_s": 0.2,
        "gatescope.proxy.connect_s": 0.001,
        "gatescope.proxy.header_s": 0.15,
        "gatescope.proxy.response_s": 0.18,
    }


@pytest.mark.parametrize(
    ("measured", "problem"),
    [
        ({"status": "502", "upstream_status": "502", "connect_s": "-"}, "the server refused the connection"),
        ({"status": "502", "upstream_status": "502"}, "the server broke off without an answer"),
        ({"status": "504", "upstream_status": "504"}, "the server did not answer in time"),
        ({"status": "499", "upstream_status": "-"}, "the client left before the answer"),
    ],
)
def test_what_went_wrong_at_the_server_is_said_in_plain_words(measured: dict[str, str], problem: str) -> None:
    span = _span(**{"header_s": "-", **measured})
    assert (span.status, span.attributes["error.type"]) == ("error", problem)
    assert "gatescope.proxy.header_s" not in span.attributes


@pytest.mark.parametrize("status", ["500", "502"])
def test_an_error_that_the_server_itself_answered_is_not_the_proxys(status: str) -> None:
    assert _span(status=status, upstream_status=status).status == "unset"


@pytest.mark.parametrize("traceparent", ["", "nonsense", f"00-{'0' * 32}-{PARENT}-01"])
def test_a_request_without_a_trace_is_nobodys(traceparent: str) -> None:
    assert passage(_line(traceparent=traceparent)) is None


MALFORMED = (
    b"",
    b"\xff\xfe",
    b"<190>Nov 24 18:00:00 gatescope: {",
    b"<190>Nov 24 18:00:00 gatescope: []",
    b"<190>Nov 24 18:00:00 gatescope: {}",
    b"<190>Nov 24 18:00:00 someone: {}",
    _line(ended="soon"),
    _line(ended="inf"),
    _line(way="elsewhere"),
)


async def test_lines_that_cannot_be_read_are_counted_and_the_others_arrive() -> None:
    spans: list[Span] = []
    losses: list[Losses] = []
    log = await AccessLog.listen("nginx", lambda some, lost: (spans.extend(some), losses.extend(lost))[0])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for data in (*MALFORMED, _line(traceparent=f"00-{new_own_trace_id()}-{PARENT}-01"), _line()):
            sender.sendto(data, ("127.0.0.1", log.port))
    async with asyncio.timeout(10):
        while not spans:
            await asyncio.sleep(0.01)
    log.close()
    assert [span.trace_id for span in spans] == [TRACE]
    assert (losses[-1].server, losses[-1].dropped_spans) == ("nginx", len(MALFORMED))
