"""A WebSocket behaves with the probe as without it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probes import asgi, websocket
from probes.asgi import ASGIProbe
from probes.stages import current_request
from probes.tracing import Instrument
from probes.types import Message, Receive, Scope, Send
from tests.probes.receiver import Receiver
from tests.probes.websocket_client import ACCEPT, CONNECT, GONE, echo, from_client, sending, serve, socket, to_client

pytestmark = pytest.mark.usefixtures("instrument")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(), data=st.binary(), value=st.binary(), path=st.text())
async def test_any_socket_gets_the_same_answers(text: str, data: bytes, value: bytes, path: str) -> None:
    scope = socket(path=path, headers=[(b"traceparent", value), (b"x-request-start", value)])
    received = [CONNECT, from_client(text), {"type": "websocket.receive", "bytes": data, "text": None}, GONE]
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
        await serve(ASGIProbe(app), socket(), CONNECT, from_client("a"))
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
        await ASGIProbe(sending(ACCEPT, to_client("a")))(socket(), receive, broken)
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
    assert await serve(ASGIProbe(echo), socket(), CONNECT, from_client("a"), GONE) == [ACCEPT, to_client("a")]
    assert "broken instrument" in caplog.text


async def test_nothing_is_left_behind_in_the_task() -> None:
    await serve(ASGIProbe(echo), socket(), CONNECT, GONE)
    assert current_request() is None
