"""An ASGI application behaves with the probe as without it, whatever it is asked and whatever it answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probes import asgi
from probes.asgi import ASGIProbe
from probes.delivery.otlp_client import ANSWER_S
from probes.tracing import Instrument
from probes.types import Message, Receive, Scope, Send
from tests.probes.asgi_client import body, echo, hello, http, nothing_comes, serve, start
from tests.probes.receiver import Receiver

pytestmark = pytest.mark.usefixtures("instrument")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.binary(), name=st.binary(), value=st.binary(), path=st.text())
async def test_any_request_gets_the_same_answer(query: bytes, name: bytes, value: bytes, path: str) -> None:
    headers = [(name, value), (b"traceparent", value), (b"x-request-start", value)]
    scope = http(query_string=query, headers=headers, path=path)
    assert await serve(ASGIProbe(echo), dict(scope)) == await serve(echo, dict(scope))


@pytest.mark.parametrize(
    "changes",
    [
        {"query_string": b"a=\xff&\xfe"},
        {"client": None, "server": None},
        {"path": "/\udcff"},
        {"headers": ()},
        {"headers": []},
        {"headers": [(b"traceparent", b"\xff")]},
        pytest.param({"headers": iter([(b"a", b"b")])}, id="headers from an iterator"),
        {"headers": [("text", "text")]},
        {"http_version": None, "method": None, "scheme": None},
        {"query_string": "text"},
    ],
)
async def test_a_hostile_request_gets_the_same_answer(changes: dict[str, Any]) -> None:
    scope = http(**changes)
    assert await serve(ASGIProbe(echo), scope) == await serve(echo, scope)


async def test_headers_that_can_be_read_once_are_left_to_the_application() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        await send(body(b"".join(value for _, value in scope["headers"])))

    assert (await serve(ASGIProbe(app), http(headers=iter([(b"a", b"kept")]))))[1] == body(b"kept")


async def test_a_scope_with_nothing_in_it_is_served() -> None:
    assert await serve(ASGIProbe(hello), {"type": "http"}) == [start(), body(b"hello")]


@pytest.mark.parametrize("error", [LookupError, asyncio.CancelledError, SystemExit])
async def test_an_exception_of_the_application_reaches_the_server(
    error: type[BaseException], receiver: Receiver
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0)
        raise error("out")

    with pytest.raises(error):
        await serve(ASGIProbe(app), http())
    server = receiver.one("server")
    assert server.failed
    assert server.attributes["error.type"].endswith(error.__name__)


async def test_an_error_of_send_reaches_the_application(receiver: Receiver) -> None:
    caught: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        try:
            await send(body(b"x"))
        except OSError as error:
            caught.append(str(error))

    async def broken(message: Message) -> None:
        if message["type"] == "http.response.body":
            raise OSError("gone")

    await ASGIProbe(app)(http(), nothing_comes, broken)
    assert caught == ["gone"]
    assert receiver.one("response").failed


async def test_what_is_received_reaches_the_application() -> None:
    messages: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        messages.extend([await receive(), await receive()])

    parts: list[Message] = [
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.request", "body": b"b"},
    ]
    await serve(ASGIProbe(app), http(), *parts)
    assert messages == parts


async def test_an_application_that_is_no_coroutine_fails_as_before() -> None:
    def app(scope: Scope, receive: Receive, send: Send) -> Any:
        return None

    with pytest.raises(TypeError, match="await"):
        await serve(ASGIProbe(app), http())


async def test_disabled_means_untouched(install: Callable[..., Instrument]) -> None:
    install(disabled=True)
    channels: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        channels.extend([receive, send])

    async def send(message: Message) -> None:
        """Take everything."""

    await ASGIProbe(app)(http(), nothing_comes, send)
    assert channels == [nothing_comes, send]


async def test_the_loop_is_never_held_up_by_a_receiver_that_hangs(receiver: Receiver) -> None:
    receiver.behaviour.hanging = True
    longest = 0.0
    for _ in range(60):
        begun = time.perf_counter()
        await serve(ASGIProbe(hello), http())
        longest = max(longest, time.perf_counter() - begun)
        await asyncio.sleep(0.005)
    assert longest < ANSWER_S / 2


@pytest.mark.parametrize(
    "part", ["begin_request", "finish_request", "_arrival", "Response", "instrument", "_headers"]
)
async def test_a_broken_instrument_does_not_reach_the_request(
    part: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def raising(*_: object, **__: object) -> None:
        raise RuntimeError("broken instrument")

    monkeypatch.setattr(asgi, part, raising)
    assert await serve(ASGIProbe(hello), http()) == [start(), body(b"hello")]
    assert "broken instrument" in caplog.text
