"""A WebSocket behaves with the probe as without it; its handshake, session and messages are observed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probes import asgi, websocket
from probes.asgi import ASGIProbe
from probes.messages import RECORDED_A_SECOND
from probes.stage_kinds import QUERY
from probes.stages import current_request, stage
from probes.tracing import Instrument
from probes.types import ASGIApp, Message, Receive, Scope, Send
from tests.probes.observing import PARENT, TRACE, TRACEPARENT
from tests.probes.receiver import Arrived, Receiver

pytestmark = pytest.mark.usefixtures("instrument")

CONNECT: Message = {"type": "websocket.connect"}
ACCEPT: Message = {"type": "websocket.accept"}
CLOSE: Message = {"type": "websocket.close"}
GONE: Message = {"type": "websocket.disconnect", "code": 1001, "reason": "going away"}


def socket(**changes: Any) -> dict[str, Any]:
    return {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": "/ws/",
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
        "subprotocols": [],
        **changes,
    }


def said(text: str) -> Message:
    return {"type": "websocket.receive", "text": text}


def saying(text: str) -> Message:
    return {"type": "websocket.send", "text": text}


async def serve(app: ASGIApp, scope: Scope, *received: Message) -> list[Message]:
    """Do what a server does with an application, and return all it sent."""
    sent: list[Message] = []
    waiting = list(received)

    async def receive() -> Message:
        return waiting.pop(0) if waiting else await asyncio.sleep(30, GONE)

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def sending(*messages: Message) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        for message in messages:
            await send(message)

    return app


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Accept, and return each message until the client leaves."""
    await receive()
    await send(ACCEPT)
    while (message := await receive())["type"] == "websocket.receive":
        await send({**message, "type": "websocket.send"})


# The same as without.


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(), data=st.binary(), value=st.binary(), path=st.text())
async def test_any_socket_gets_the_same_answers(text: str, data: bytes, value: bytes, path: str) -> None:
    scope = socket(path=path, headers=[(b"traceparent", value), (b"x-request-start", value)])
    received = [CONNECT, said(text), {"type": "websocket.receive", "bytes": data, "text": None}, GONE]
    assert await serve(ASGIProbe(echo), dict(scope), *received) == await serve(echo, dict(scope), *received)


@pytest.mark.parametrize(
    "scope",
    [
        {"type": "websocket"},
        socket(headers=()),
        socket(headers=iter([])),
        socket(path=None, scheme=None, http_version=None, query_string="text"),
        socket(path="/\udcff", query_string=b"\xff"),
    ],
)
async def test_a_hostile_handshake_is_served(scope: dict[str, Any]) -> None:
    assert await serve(ASGIProbe(echo), scope, CONNECT, GONE) == [ACCEPT]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "websocket.send", "text": 7},
        {"type": "websocket.send", "text": "\udcff"},
        {"type": "websocket.send"},
        {"type": "websocket.close", "code": "x", "reason": 7},
        {"type": "websocket.http.response.start", "status": "x"},
        {"type": 7},
        {},
    ],
)
async def test_a_hostile_message_reaches_the_server_as_it_is(message: Message) -> None:
    assert await serve(ASGIProbe(sending(ACCEPT, message)), socket(), CONNECT) == [ACCEPT, message]


@pytest.mark.parametrize("error", [LookupError, asyncio.CancelledError, SystemExit])
async def test_an_exception_of_the_application_reaches_the_server(
    error: type[BaseException], receiver: Receiver
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(ACCEPT)
        await receive()
        raise error("out")

    with pytest.raises(error):
        await serve(ASGIProbe(app), socket(), CONNECT, said("a"))
    receiver.one("message")
    for kind in ("server", "session"):
        assert receiver.one(kind).attributes["error.type"].endswith(error.__name__)


async def test_an_error_of_send_reaches_the_application_and_is_the_messages(receiver: Receiver) -> None:
    async def broken(message: Message) -> None:
        if message["type"] == "websocket.send":
            raise OSError("gone")

    async def receive() -> Message:
        return CONNECT

    with pytest.raises(OSError, match="gone"):
        await ASGIProbe(sending(ACCEPT, saying("a")))(socket(), receive, broken)
    assert receiver.one("message").failed


async def test_disabled_means_untouched(install: Callable[..., Instrument]) -> None:
    install(disabled=True)
    channels: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        channels.extend([receive, send])

    async def receive() -> Message:
        return CONNECT

    async def send(message: Message) -> None:
        """Take everything."""

    await ASGIProbe(app)(socket(), receive, send)
    assert channels == [receive, send]


@pytest.mark.parametrize(
    ("module", "part"),
    [
        *((asgi, part) for part in ("begin_request", "_arrival", "instrument")),
        *((websocket, part) for part in ("Messages", "open_stage", "finish_request", "_describe_closing")),
    ],
)
async def test_a_broken_instrument_does_not_reach_the_socket(
    module: Any, part: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def raising(*_: object, **__: object) -> None:
        raise RuntimeError("broken instrument")

    monkeypatch.setattr(module, part, raising)
    assert await serve(ASGIProbe(echo), socket(), CONNECT, said("a"), GONE) == [ACCEPT, saying("a")]
    assert "broken instrument" in caplog.text


async def test_nothing_is_left_behind_in_the_task() -> None:
    await serve(ASGIProbe(echo), socket(), CONNECT, GONE)
    assert current_request() is None


# Handshake.


async def test_the_callers_trace_goes_on_in_the_session(receiver: Receiver) -> None:
    await serve(ASGIProbe(echo), socket(headers=[(b"traceparent", TRACEPARENT.encode())]), CONNECT, GONE)
    server = receiver.one("server")
    assert (server.trace_id, server.parent_id, server.name) == (TRACE, PARENT, "GET")
    assert server.attributes["network.protocol.name"] == "websocket"
    assert server.attributes["url.scheme"] == "ws"
    assert server.attributes["http.response.status_code"] == 101
    for kind in ("handshake", "session"):
        assert receiver.one(kind).parent_id == server.span_id


async def test_the_handshake_lasts_until_accept_was_sent_and_the_session_begins_there(receiver: Receiver) -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await asyncio.sleep(0.05)
        await send(ACCEPT)

    await serve(ASGIProbe(slow), socket(), CONNECT)
    handshake, session = receiver.one("handshake"), receiver.one("session")
    assert handshake.end_ns - handshake.start_ns >= 45_000_000
    assert session.start_ns >= handshake.end_ns


async def test_a_socket_that_is_closed_before_accept_is_a_403_without_session(receiver: Receiver) -> None:
    assert await serve(ASGIProbe(sending(CLOSE)), socket(), CONNECT) == [CLOSE]
    assert receiver.one("server").attributes["http.response.status_code"] == 403
    receiver.one("handshake")
    assert not receiver.ended("session")


async def test_a_denial_response_has_its_own_status(receiver: Receiver) -> None:
    start = {"type": "websocket.http.response.start", "status": 401, "headers": []}
    body = {"type": "websocket.http.response.body", "body": b"no"}
    assert await serve(ASGIProbe(sending(start, body)), socket(), CONNECT) == [start, body]
    assert receiver.one("server").attributes["http.response.status_code"] == 401
    receiver.one("handshake")


async def test_an_application_that_never_accepts_ends_with_an_open_question(receiver: Receiver) -> None:
    await serve(ASGIProbe(sending()), socket(), CONNECT)
    assert "http.response.status_code" not in receiver.one("server").attributes
    receiver.one("handshake")


async def test_a_client_that_leaves_during_the_handshake_is_seen(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await receive()

    await serve(ASGIProbe(app), socket(), CONNECT, GONE)
    for kind in ("handshake", "server"):
        assert receiver.one(kind).attributes["error.type"] == "client_disconnected"


# Session.


async def test_a_session_that_the_client_ends_says_so(receiver: Receiver) -> None:
    await serve(ASGIProbe(echo), socket(), CONNECT, said("héllo"), said("a"), GONE)
    about = receiver.one("session").attributes
    assert {key.removeprefix("gatescope.session."): value for key, value in about.items() if "session." in key} == {
        "code": 1001,
        "reason": "going away",
        "closed_by": "client",
        "received": 2,
        "sent": 2,
        "received_bytes": 7,
        "sent_bytes": 7,
    }


async def test_a_session_that_the_application_ends_says_so(receiver: Receiver) -> None:
    close = {"type": "websocket.close", "code": 4000}
    await serve(ASGIProbe(sending(ACCEPT, close)), socket(), CONNECT)
    about = receiver.one("session").attributes
    assert (about["gatescope.session.closed_by"], about["gatescope.session.code"]) == ("application", 4000)


async def test_what_is_done_in_a_session_belongs_to_it(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(ACCEPT)
        with stage(QUERY, "inside"):
            """Anything."""

    await serve(ASGIProbe(app), socket(), CONNECT)
    assert receiver.one("query").parent_id == receiver.one("session").span_id


async def test_a_session_is_seen_while_it_is_open(receiver: Receiver) -> None:
    task = asyncio.ensure_future(serve(ASGIProbe(echo), socket(), CONNECT, said("a")))
    await asyncio.to_thread(receiver.until, lambda: receiver.open("session"))
    assert not receiver.ended("session")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


# Messages.


def messages(receiver: Receiver, number: int) -> list[Arrived]:
    receiver.until(lambda: len(receiver.ended("message")) == number)
    return sorted(receiver.ended("message"), key=lambda span: span.start_ns)


async def test_each_message_is_a_trace_of_its_own_that_names_its_session(receiver: Receiver) -> None:
    await serve(ASGIProbe(echo), socket(), CONNECT, said("héllo"), GONE)
    session = receiver.one("session")
    arrived, left = sorted(messages(receiver, 2), key=lambda span: span.attributes["gatescope.message.direction"])
    for message, direction in ((arrived, "in"), (left, "out")):
        assert message.attributes["gatescope.session"] == f"{session.trace_id}/{session.span_id}"
        assert message.attributes["gatescope.message.direction"] == direction
        assert message.attributes["gatescope.message.kind"] == "text"
        assert message.attributes["gatescope.message.bytes"] == 6
        assert message.parent_id == ""
    assert len({session.trace_id, arrived.trace_id, left.trace_id}) == 3


async def test_a_message_has_a_link_to_its_session(receiver: Receiver) -> None:
    await serve(ASGIProbe(echo), socket(), CONNECT, said("a"), GONE)
    session = receiver.one("session")
    messages(receiver, 2)
    spans = [
        span
        for message in receiver.messages
        for group in message.resource_spans
        for scope in group.scope_spans
        for span in scope.spans
        if span.name.startswith("message")
    ]
    assert spans
    assert {(link.trace_id.hex(), link.span_id.hex()) for span in spans for link in span.links} == {
        (session.trace_id, session.span_id)
    }


async def test_content_is_not_recorded(receiver: Receiver) -> None:
    await serve(ASGIProbe(echo), socket(), CONNECT, said("a secret"), GONE)
    messages(receiver, 2)
    assert not any(b"a secret" in message.SerializeToString() for message in receiver.messages)


async def test_a_message_is_handled_until_the_application_asks_for_the_next(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(ACCEPT)
        await receive()
        await asyncio.sleep(0.05)
        await receive()

    await serve(ASGIProbe(app), socket(), CONNECT, said("a"), GONE)
    message = receiver.one("message")
    assert message.end_ns - message.start_ns >= 45_000_000


async def test_a_sent_message_lasts_as_long_as_its_send(receiver: Receiver) -> None:
    async def slow(message: Message) -> None:
        await asyncio.sleep(0.05)

    async def receive() -> Message:
        return CONNECT

    await ASGIProbe(sending(ACCEPT, {"type": "websocket.send", "bytes": b"abc"}))(socket(), receive, slow)
    message = receiver.one("message")
    assert message.end_ns - message.start_ns >= 45_000_000
    assert message.attributes["gatescope.message.kind"] == "binary"
    assert message.attributes["gatescope.message.bytes"] == 3


async def test_a_flood_of_messages_is_counted_on_its_session(receiver: Receiver) -> None:
    flood = 20 * RECORDED_A_SECOND
    await serve(ASGIProbe(echo), socket(), CONNECT, *[said("a")] * flood, GONE)
    about = receiver.one("session").attributes
    assert (about["gatescope.session.received"], about["gatescope.session.sent"]) == (flood, flood)
    recorded = 2 * flood - about["gatescope.session.unrecorded"]
    assert 0 < recorded < flood
    assert len(messages(receiver, recorded)) == recorded


async def test_over_the_budget_a_socket_is_its_server_span_with_the_counts(
    receiver: Receiver, install: Callable[..., Instrument]
) -> None:
    install(endpoint=receiver.endpoint, budget=2)
    probe = ASGIProbe(echo)
    for _ in range(3):
        await serve(probe, socket(), CONNECT, said("a"), GONE)
    receiver.until(lambda: any(span.attributes.get("gatescope.reduced") for span in receiver.ended("server")))
    reduced = next(span for span in receiver.ended("server") if span.attributes.get("gatescope.reduced"))
    assert reduced.attributes["gatescope.session.received"] == 1
    assert not [span for span in receiver.ended("session") if span.parent_id == reduced.span_id]
