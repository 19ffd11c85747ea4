"""A line of nginx's access log becomes the `proxy` stage; one of its error log says that an answer broke off."""

import json

import pytest

from dashboard.fleet.nginx.access_log import FIELDS, BrokenAnswer, LogLine, ProxiedRequest, read
from dashboard.traces.span import Span

TRACE, PARENT = "ab" * 16, "cd" * 8
ANSWERED = {
    "id": "ef" * 16,
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
    "connection": "7",
}


def line(**changes: str) -> bytes:
    return f"<190>Nov 24 18:00:00 gatescope: {json.dumps({**ANSWERED, **changes})}".encode()


def _passage(**changes: str) -> ProxiedRequest:
    passage = read(line(**changes))
    assert isinstance(passage, ProxiedRequest)
    return passage


def _span(**changes: str) -> Span:
    span = _passage(**changes).span
    assert span is not None
    return span


def error(message: str) -> bytes:
    about = 'client: 127.0.0.1, server: a.localhost, request: "GET / HTTP/1.1"'
    return f"<187>Nov 24 18:00:00 gatescope: 2026/11/24 18:00:00 [error] 9#9: *7 {message}, {about}".encode()


def test_nginx_is_asked_for_the_fields_that_are_read() -> None:
    assert list(FIELDS) == list(LogLine.__struct_fields__)


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
        ({"status": "502", "upstream": "", "upstream_status": ""}, "there is no such host as the server's"),
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


def test_everybody_who_gets_a_line_makes_the_same_span_of_it() -> None:
    assert _span() == _span()
    assert _span().span_id == "ef" * 8


@pytest.mark.parametrize("traceparent", ["", "nonsense", f"00-{'0' * 32}-{PARENT}-01"])
def test_a_request_without_a_trace_is_nobodys(traceparent: str) -> None:
    assert _passage(traceparent=traceparent).span is None


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("upstream prematurely closed connection while reading upstream", "the server broke off"),
        ("recv() failed (104: Connection reset by peer) while reading upstream", "the server broke off"),
        ("upstream timed out (110: Connection timed out) while reading upstream", "the server fell silent"),
    ],
)
def test_an_answer_that_breaks_off_is_an_error_of_its_passage(message: str, problem: str) -> None:
    broken = read(error(message))
    assert broken == BrokenAnswer("7", f"{problem} in the middle of the answer")
    span = _passage().broken_by(broken).span
    assert span is not None
    assert (span.status, span.attributes["error.type"]) == ("error", broken.problem)


@pytest.mark.parametrize(
    "message",
    [
        "upstream prematurely closed connection while reading response header from upstream",
        "connect() failed (111: Connection refused) while connecting to upstream",
        'open() failed, client: 127.0.0.1, request: "GET / while reading upstream, client: "',
    ],
)
def test_an_error_before_the_answer_is_told_by_the_passage_itself(message: str) -> None:
    assert read(error(message)) is None


def test_what_nginx_tells_of_itself_is_the_better_reason() -> None:
    passage = _passage(status="504", upstream_status="504", header_s="-")
    assert passage.broken_by(BrokenAnswer("7", "the server broke off")) == passage
