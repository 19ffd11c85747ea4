"""What is seen of a request under WSGI: what it was, what was said, when it ran and when it waited."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest

from probes.django.query import QUERY
from probes.outgoing_call import outgoing_call
from probes.stages import stage
from probes.types import Environ, StartResponse
from probes.wsgi import WSGIProbe
from tests.probes.observed_request import PARENT, TRACE, TRACEPARENT
from tests.probes.receiver import Receiver
from tests.probes.wsgi_client import Body, SlowInput, answering, environ, observed, serve

pytestmark = pytest.mark.usefixtures("instrument")


def test_the_conversation_has_each_word_of_the_interface_with_its_size_and_its_time(receiver: Receiver) -> None:
    body: Any = WSGIProbe(answering(Body([b"a", b"bc"])))(environ(), lambda *_: print)
    for piece in body:
        time.sleep(0.05 if piece == b"bc" else 0)
    body.close()
    attributes = receiver.one("server").attributes
    assert attributes["gatescope.conversation"] == [
        *("environ", "start_response", "piece", "piece", "StopIteration", "close"),
    ]
    assert attributes["gatescope.conversation.size"] == [0, 1, 1, 2, 0, 0]
    at, took = (attributes[f"gatescope.conversation.{name}"] for name in ("at_ns", "took_ns"))
    assert at == sorted(at)
    assert at[2] + took[2] <= at[3]
    assert took[3] >= 0.05e9 > took[2]


def test_what_was_said_is_seen_while_the_request_goes_on(receiver: Receiver) -> None:
    def said() -> list[list[str]]:
        return [span.attributes.get("gatescope.conversation", []) for span in receiver.open("server")]

    body: Any = WSGIProbe(answering(Body([b"a"])))(environ(), lambda *_: print)
    receiver.until(lambda: ["environ", "start_response"] in said())
    next(iter(body))
    receiver.until(lambda: ["environ", "start_response", "piece"] in said())
    body.close()


def test_the_wait_for_the_body_of_a_request_is_seen(receiver: Receiver) -> None:
    def app(environ: Environ, start_response: StartResponse) -> list[bytes]:
        environ["wsgi.input"].read(2)
        environ["wsgi.input"].read()
        start_response("200 OK", [])
        return [b"x"]

    serve(observed(observed(app)), CONTENT_LENGTH="9", **{"wsgi.input": SlowInput(b"ab\ncd\nefg")})
    assert 0.1e9 <= receiver.one("server").attributes["gatescope.receive_ns"] < 5e9


def test_the_request_is_described(receiver: Receiver) -> None:
    changes = {"SCRIPT_NAME": "/shop", "PATH_INFO": "/caf\xc3\xa9", "QUERY_STRING": "a=\xff&token=x"}
    serve(observed(answering([b"x"], "404 Not Found")), HTTP_TRACEPARENT=TRACEPARENT, **changes)
    server = receiver.one("server")
    assert (server.trace_id, server.parent_id, server.name) == (TRACE, PARENT, "GET")
    described = {
        key: server.attributes[key] for key in ("gatescope.interface", "url.path", "url.query", "url.scheme")
    }
    assert described == {
        "gatescope.interface": "wsgi",
        "url.path": "/shop/café",
        "url.query": "a=\N{REPLACEMENT CHARACTER}&token=REDACTED",
        "url.scheme": "http",
    }
    assert server.attributes["network.protocol.version"] == "1.1"
    assert server.attributes["http.request.method"] == "GET"
    assert server.attributes["http.response.status_code"] == 404
    assert server.attributes["gatescope.spans"] == 2


def test_headers_and_bodies_are_not_captured(receiver: Receiver) -> None:
    secret = "hunter2"
    serve(observed(answering([secret.encode()])), HTTP_COOKIE=secret, HTTP_AUTHORIZATION=secret)
    receiver.one("server")
    assert secret not in str(receiver.messages)


def test_stages_of_a_generator_are_inside_the_response(receiver: Receiver) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        with stage(QUERY, "late"):
            yield b"x"

    serve(observed(app))
    assert receiver.one("query").parent_id == receiver.one("response").span_id


def test_sending_and_producing_are_told_apart(receiver: Receiver) -> None:
    def slow() -> Iterator[bytes]:
        for _ in range(3):
            time.sleep(0.02)
            yield b"x"

    body: Any = WSGIProbe(answering(slow()))(environ(), lambda *_: print)
    for _ in body:
        time.sleep(0.05)
    body.close()
    response = receiver.one("response")
    sending, producing = (response.attributes[f"gatescope.response.{word}_ns"] for word in ("sending", "producing"))
    assert 140_000_000 < sending
    assert 55_000_000 < producing
    assert sending + producing <= response.end_ns - response.start_ns + 5_000_000


def test_wrapping_twice_is_observing_once(receiver: Receiver) -> None:
    serve(observed(observed(answering([b"x"]))))
    receiver.one("response")
    receiver.one("server")


def test_a_request_made_from_within_a_request_is_one_of_its_own(receiver: Receiver) -> None:
    inner = WSGIProbe(answering([b"x"]))

    def app(environ: Environ, start_response: StartResponse) -> Any:
        serve(inner)
        return answering([b"y"])(environ, start_response)

    serve(observed(app))
    receiver.until(lambda: len(receiver.ended("server")) == 2)


def keyword(status: Any, **more: Any) -> Any:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response(status=status, headers=[("Content-Type", "text/plain")], **more)
        return [b"made"]

    return app


@pytest.mark.parametrize("status", ["201 Created", "201", b"201 Created", 201, HTTPStatus.CREATED])
def test_any_way_of_calling_start_response_gives_its_status(
    status: Any, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    body: Any = WSGIProbe(keyword(status))(environ(), lambda status, headers: print)
    body.close()
    assert receiver.one("server").attributes["http.response.status_code"] == 201
    assert not caplog.records


def test_a_status_that_replaces_another_counts(receiver: Receiver) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        try:
            raise LookupError("too late")
        except LookupError:
            start_response("500 Sorry", [], exc_info=sys.exc_info())
        return [b"sorry"]

    body: Any = WSGIProbe(app)(environ(), lambda *_, **named: print)
    body.close()
    assert receiver.one("server").attributes["http.response.status_code"] == 500


@pytest.mark.parametrize("status", ["", "OK", None, "\N{SUPERSCRIPT TWO}00"])
def test_a_status_that_is_none_is_not_told_and_not_logged(
    status: Any, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    body: Any = WSGIProbe(keyword(status))(environ(), lambda **named: print)
    body.close()
    assert "http.response.status_code" not in receiver.one("server").attributes
    assert not caplog.records


def test_a_received_tracestate_is_sent_on_by_an_outgoing_call(receiver: Receiver) -> None:
    sent: dict[str, str] = {}

    def app(environ: Any, start_response: Any) -> list[bytes]:
        with outgoing_call("GET", "http://other.test/") as call:
            sent.update(call.headers)
        start_response("200 OK", [])
        return []

    serve(observed(app), HTTP_TRACEPARENT=TRACEPARENT, HTTP_TRACESTATE="foo=1, bar=2")
    assert sent["tracestate"] == "foo=1,bar=2"
    assert sent["traceparent"].split("-")[1] == TRACE
