"""A chat is a real socket: opened, spoken into, heard and closed, or refused with the server's own status."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from dashboard.runs.results import RequestResult
from dashboard.runs.target import Target
from tests.runs.firing import Recorder, answer_ok, listening, order


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """These servers send no spans; waiting for them is not what is tested here."""
    monkeypatch.setattr("dashboard.runs.runner.SPANS_ARRIVE_WITHIN_S", 0)


@asynccontextmanager
async def chatting(handler: Callable[[ServerConnection], Awaitable[None]], **options: Any) -> AsyncIterator[str]:
    """A WebSocket server on a free port."""
    async with serve(handler, "127.0.0.1", 0, **options) as server:
        yield f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


async def echo(socket: ServerConnection) -> None:
    """Repeat the text of what was said, after others were heard."""
    async for message in socket:
        await socket.send("somebody else")
        await socket.send(json.loads(message)["text"])


async def hang(head: bytes, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def mute(socket: ServerConnection) -> None:
    await socket.wait_closed()


async def result(url: str, **fields: Any) -> tuple[RequestResult, int]:
    """Return the one request of a run and how many errors its server counted."""
    run = await Recorder().fire(order(scenario="chat", **fields), url)
    server = run.servers["uvicorn"]
    (request,) = server.requests
    return request, server.errors


async def test_a_chat_is_opened_spoken_into_heard_and_closed() -> None:
    async with chatting(echo) as url:
        request, errors = await result(url)
    assert (request.status, request.error, request.protocol) == (101, "", "websocket")
    assert errors == 0


async def test_the_client_span_is_seen_at_each_step() -> None:
    recorder = Recorder()
    async with chatting(echo) as url:
        await recorder.fire(order(scenario="chat"), url)
    steps = [[key for key in span.attributes if key.endswith("_ns")] for span in recorder.versions]
    assert [len(step) for step in steps] == [0, 1, 2, 3, 4, 5]
    last = recorder.versions[-1].attributes
    names = ("connected", "handshake", "said", "heard", "closed")
    moments = [last[f"gatescope.client.{name}_ns"] for name in names]
    assert moments == sorted(moments)  # type: ignore[type-var]
    assert str(last["url.full"]).startswith("ws://127.0.0.1:")
    assert last["network.protocol.name"] == "websocket"


async def test_the_handshake_carries_the_trace_the_moment_and_an_origin_that_fits() -> None:
    heard = []

    async def note(socket: ServerConnection) -> None:
        assert socket.request
        heard.append(dict(socket.request.headers.raw_items()))
        await echo(socket)

    recorder = Recorder()
    async with chatting(note) as url:
        await recorder.fire(order(scenario="chat"), url)
    headers = {name.lower(): value for name, value in heard[0].items()}
    span = recorder.versions[-1]
    assert headers["traceparent"] == f"00-{span.trace_id}-{span.span_id}-01"
    assert headers["origin"] == url
    assert abs(time.time() - float(headers["x-request-start"].removeprefix("t="))) < 60


async def test_the_message_asks_for_the_seconds_of_the_order() -> None:
    asked = []

    async def note(socket: ServerConnection) -> None:
        async for message in socket:
            asked.append(json.loads(message)["seconds"])
            await socket.send(json.loads(message)["text"])

    async with chatting(note) as url:
        await result(url, seconds="0.5")
        await result(url)
    assert asked == [0.5, 1.0]


@pytest.mark.parametrize("status", [302, 403, 404, 500])
async def test_a_refusal_has_the_servers_own_status(status: int) -> None:
    heads = []

    async def refuse(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        writer.write(f"HTTP/1.1 {status} No\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()

    async with listening(refuse) as url:
        request, errors = await result(url)
    assert request.status == status
    assert request.error == f"uvicorn refused the WebSocket with status {status}"
    assert errors == 1
    assert len(heads) == 1


async def test_an_ordinary_page_is_a_refusal() -> None:
    async with listening(answer_ok) as url:
        assert (await result(url))[0].status == 200


async def test_what_is_no_http_is_one_sentence() -> None:
    async def nonsense(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"nonsense\r\n\r\n")
        await writer.drain()

    async with listening(nonsense) as url:
        request, _ = await result(url)
    assert request.status is None
    assert request.error.startswith("uvicorn broke off: the WebSocket could not be opened")


async def test_a_socket_that_the_server_closes_early_is_an_error() -> None:
    async def close(socket: ServerConnection) -> None:
        await socket.close(1011, "out of order")

    async with chatting(close) as url:
        request, _ = await result(url)
    assert request.status == 101
    assert "uvicorn broke off: the socket closed" in request.error
    assert "out of order" in request.error


async def test_a_refused_connection_is_one_sentence() -> None:
    async with listening(answer_ok) as url:
        pass
    assert (await result(url))[0].error == "uvicorn refused the connection"


async def test_a_client_that_leaves_is_no_error_of_the_server() -> None:
    async with chatting(mute) as url:
        request, errors = await result(url, leave="0.1")
    assert (request.left, request.error) == (True, "left after 0.1 s")
    assert errors == 0


@pytest.mark.parametrize("handshake", [True, False])
async def test_a_run_stops_long_before_its_sockets_would(handshake: bool) -> None:
    recorder = Recorder()
    async with chatting(mute) if handshake else listening(hang) as url:
        run = recorder.runner.start(order(2, "chat"), {"uvicorn": Target.of_url(url)})
        await asyncio.sleep(0.2)
        begun = time.monotonic()
        assert await recorder.runner.stop(run.id)
        assert time.monotonic() - begun < 5


async def test_a_proxy_in_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "ws_proxy", "socks_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with chatting(echo) as url:
        assert (await result(url))[0].status == 101
