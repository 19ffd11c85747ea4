"""What is seen of a request under ASGI: what it was, what was said, when it ran and when it waited."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from probes.asgi import ASGIProbe
from probes.protocol_log import FIRST_KEPT, LAST_KEPT
from probes.types import Message, Receive, Scope, Send
from tests.probes.asgi_client import body, hello, http, ignore, nothing_comes, sending, serve, start
from tests.probes.observed_request import PARENT, TRACE, TRACEPARENT
from tests.probes.receiver import Receiver

pytestmark = pytest.mark.usefixtures("instrument")


async def test_the_conversation_has_each_message_with_its_size_and_its_time(receiver: Receiver) -> None:
    async def slow(message: Message) -> None:
        await asyncio.sleep(0.05 if message.get("body") == b"slow" else 0)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        await send(body(b"a", more=True))
        await asyncio.sleep(0.1)
        await send(body(b"slow", more=True))
        await send(body())

    await ASGIProbe(app)(http(), nothing_comes, slow)
    server = receiver.one("server")
    said = "gatescope.conversation"
    assert server.attributes[said] == ["scope", "http.response.start", *["http.response.body"] * 3]
    assert server.attributes[f"{said}.size"] == [0, 1, 1, 4, 0]
    assert server.attributes[f"{said}.more"] == [False, False, True, True, False]
    _, _, first, second, last = server.attributes[f"{said}.at_ns"]
    _, _, first_took, second_took, _ = server.attributes[f"{said}.took_ns"]
    assert 0 <= first < second - 90e6
    assert first_took < second_took
    assert second_took >= 0.05e9
    assert second + second_took <= last <= server.end_ns - server.start_ns + 1e6


async def test_what_is_waited_for_is_seen_while_the_request_goes_on(receiver: Receiver) -> None:
    """Each of the open span's pictures goes one word further; -1 says that the last one goes on."""
    arriving = asyncio.Event()

    async def receive() -> Message:
        await arriving.wait()
        return {"type": "http.request", "body": b"abc", "more_body": True}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked = asyncio.ensure_future(receive())
        await asyncio.to_thread(receiver.until, lambda: ("scope", "receive", -1) in seen())
        arriving.set()
        await asked
        await asyncio.to_thread(receiver.until, lambda: [one for one in seen() if one[1:2] == ("http.request",)])
        await hello(scope, receive, send)

    def seen() -> list[tuple[object, ...]]:
        said = "gatescope.conversation"
        shown = [span.attributes for span in receiver.open("server") if span.attributes.get(said)]
        return [(*one[said], one[f"{said}.took_ns"][-1]) for one in shown]

    await ASGIProbe(app)(http(), receive, ignore)
    assert receiver.one("server").attributes["gatescope.conversation.size"][1] == 3


async def test_of_an_endless_stream_the_first_and_the_last_are_kept_and_all_counted(receiver: Receiver) -> None:
    pieces = [body(b"a", more=True)] * 1000
    await serve(ASGIProbe(sending(start(), *pieces, body())), http())
    attributes = receiver.one("server").attributes
    assert attributes["gatescope.conversation.left_out"] == 1003 - FIRST_KEPT - LAST_KEPT
    assert len(attributes["gatescope.conversation.at_ns"]) == FIRST_KEPT + LAST_KEPT
    assert attributes["gatescope.conversation.more"][-2:] == [True, False]
    assert receiver.one("response").attributes["gatescope.response.chunks"] == len(pieces) + 1


async def test_the_wait_for_the_body_of_a_request_is_seen_and_no_other(receiver: Receiver) -> None:
    arriving: list[Message] = [
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.request", "body": b"b"},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        await asyncio.sleep(0.05 if len(arriving) > 1 else 1)
        return arriving.pop(0)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await receive()
        await hello(scope, receive, send)
        await receive()

    await ASGIProbe(app)(http(method="POST"), receive, ignore)
    assert 0.1e9 <= receiver.one("server").attributes["gatescope.receive_ns"] < 1e9


async def test_a_request_without_a_body_is_not_waited_for(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await hello(scope, receive, send)

    await serve(ASGIProbe(app), http(), {"type": "http.request", "body": b"", "more_body": False})
    assert "gatescope.receive_ns" not in receiver.one("server").attributes


async def test_concurrent_requests_do_not_share_anything(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        size = int(scope["path"])
        await send(start(200 + size))
        for _ in range(size):
            await asyncio.sleep(0.001)
            await send(body(b"x" * size, more=True))
        await send(body())

    probe = ASGIProbe(app)
    await asyncio.gather(*(serve(probe, http(path=str(size))) for size in range(1, 21)))
    receiver.until(lambda: len(receiver.ended("response")) == 20)
    sizes = {span.span_id: span.attributes["http.response.status_code"] - 200 for span in receiver.ended("server")}
    for response in receiver.ended("response"):
        size = sizes[response.parent_id]
        assert response.attributes["gatescope.response.bytes"] == size * size
        assert response.attributes["gatescope.response.chunks"] == size + 1


async def test_the_request_is_described(receiver: Receiver) -> None:
    scope = http(
        method="POST",
        path="/café",
        query_string=b"a=\xff&password=x",
        http_version="2",
        headers=[(b"TraceParent", TRACEPARENT.encode())],
    )
    await serve(ASGIProbe(hello), scope)
    server = receiver.one("server")
    assert (server.trace_id, server.parent_id, server.name) == (TRACE, PARENT, "POST")
    assert server.attributes["gatescope.interface"] == "asgi"
    assert server.attributes["url.path"] == "/café"
    assert server.attributes["url.query"] == "a=\N{REPLACEMENT CHARACTER}&password=REDACTED"
    assert server.attributes["network.protocol.version"] == "2"
    assert server.attributes["http.response.status_code"] == 200
    assert server.attributes["gatescope.loop"] > 0


async def test_a_duplicated_traceparent_starts_a_new_trace(receiver: Receiver) -> None:
    await serve(ASGIProbe(hello), http(headers=[(b"traceparent", TRACEPARENT.encode())] * 2))
    assert receiver.one("server").trace_id != TRACE


async def test_it_is_known_when_the_coroutine_ran(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.05)
        await hello(scope, receive, send)

    await serve(ASGIProbe(app), http())
    server = receiver.one("server")
    slices = server.attributes["gatescope.slices"]
    assert len(slices) == 4
    assert sum(slices[1::2]) < server.end_ns - server.start_ns - 45_000_000


async def test_wrapping_twice_is_observing_once(receiver: Receiver) -> None:
    async def mounting(scope: Scope, receive: Receive, send: Send) -> None:
        await ASGIProbe(hello)(dict(scope), receive, send)

    await serve(ASGIProbe(mounting), http())
    receiver.one("response")
    receiver.one("server")


async def test_a_request_begun_in_anothers_context_is_one_of_its_own(receiver: Receiver) -> None:
    probe = ASGIProbe(hello)
    pipelined: list[asyncio.Task[Any]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        pipelined.append(asyncio.create_task(serve(probe, http())))
        await hello(scope, receive, send)

    await serve(ASGIProbe(app), http())
    await asyncio.gather(*pipelined)
    receiver.until(lambda: len(receiver.ended("server")) == 2)
