"""Of a WebSocket its handshake and its session are observed."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from probes.asgi import ASGIProbe
from probes.django.query import QUERY
from probes.stages import stage
from probes.types import Message, Receive, Scope, Send
from tests.probes.observed_request import PARENT, TRACE, TRACEPARENT
from tests.probes.receiver import Receiver
from tests.probes.websocket_client import (
    ACCEPT,
    CLOSE,
    CONNECT,
    GONE,
    echo,
    from_client,
    sending,
    serve,
    socket,
    to_client,
)

pytestmark = pytest.mark.usefixtures("instrument")


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
    for kind in ("handshake", "server"):
        assert receiver.one(kind).attributes["error.type"] == "response_not_started"


async def test_a_client_that_leaves_during_the_handshake_is_seen(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await receive()

    await serve(ASGIProbe(app), socket(), CONNECT, GONE)
    for kind in ("handshake", "server"):
        assert receiver.one(kind).attributes["error.type"] == "client_disconnected"


async def test_a_session_that_the_client_ends_says_so(receiver: Receiver) -> None:
    await serve(ASGIProbe(echo), socket(), CONNECT, from_client("héllo"), from_client("a"), GONE)
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
            await asyncio.sleep(0)

    await serve(ASGIProbe(app), socket(), CONNECT)
    assert receiver.one("query").parent_id == receiver.one("session").span_id


async def test_a_session_is_seen_while_it_is_open(receiver: Receiver) -> None:
    task = asyncio.ensure_future(serve(ASGIProbe(echo), socket(), CONNECT, from_client("a")))
    await asyncio.to_thread(receiver.until, lambda: receiver.open("session"))
    assert not receiver.ended("session")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


REFUSAL = {"type": "websocket.close", "code": 4401, "reason": "log in first"}


async def test_a_refusal_says_with_which_code_and_why(receiver: Receiver) -> None:
    await serve(ASGIProbe(sending(REFUSAL)), socket(), CONNECT)
    about = receiver.one("server").attributes
    assert (about["gatescope.session.code"], about["gatescope.session.reason"]) == (4401, "log in first")
    assert about["gatescope.session.closed_by"] == "application"


@pytest.mark.parametrize("messages", [[REFUSAL], [ACCEPT, REFUSAL]])
async def test_a_cancellation_after_the_socket_was_closed_is_no_failure(
    messages: list[Message], receiver: Receiver
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await sending(*messages)(scope, receive, send)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await serve(ASGIProbe(app), socket(), CONNECT)
    assert not receiver.one("server").failed


async def test_a_denial_that_is_never_completed_is_said_to_be_so(receiver: Receiver) -> None:
    start = {"type": "websocket.http.response.start", "status": 401, "headers": []}
    await serve(ASGIProbe(sending(start)), socket(), CONNECT)
    assert receiver.one("server").attributes["error.type"] == "response_not_completed"


@pytest.mark.parametrize(
    ("problem", "error"), [(RuntimeError("not now"), "RuntimeError"), (ConnectionResetError("gone"), None)]
)
async def test_a_server_that_will_not_send_has_failed_and_a_client_that_left_has_not(
    problem: Exception, error: str | None, receiver: Receiver
) -> None:
    async def send(message: Message) -> None:
        if message["type"] == "websocket.send":
            raise problem

    async def receive() -> Message:
        return CONNECT

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(ACCEPT)
        with contextlib.suppress(Exception):
            await send(to_client("hello"))

    await ASGIProbe(app)(socket(), receive, send)
    server = receiver.one("server")
    assert server.attributes.get("error.type") == error
    assert server["http.response.status_code"] == 101
