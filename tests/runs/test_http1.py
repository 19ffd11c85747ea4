"""What the client sees of a stream, how it uploads slowly, and how it leaves, over HTTP/1.1."""

import asyncio
import time
from itertools import pairwise
from typing import Any

import pytest

from dashboard.traces.span import Span
from tests.runs.firing import Recorder, listening, order
from tests.support.async_server import serve

CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
HANG_S = 60


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """These servers send no spans; waiting for them is not what is tested here."""
    monkeypatch.setattr("dashboard.runs.runner.SPANS_ARRIVE_WITHIN_S", 0)
    monkeypatch.setattr("dashboard.runs.orders.Order.all_served_s", 0)


async def drip(head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(CHUNKED)
    for _ in range(3):
        writer.write(b"5\r\nchunk\r\n")
        await writer.drain()
        await asyncio.sleep(0.2)
    writer.write(b"0\r\n\r\n")
    await writer.drain()


async def dump(head: bytes, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.4)
    writer.write(CHUNKED + b"5\r\nchunk\r\n" * 3 + b"0\r\n\r\n")
    await writer.drain()


def chunks_ns(span: Span) -> list[Any]:
    moments = span.attributes.get("gatescope.client.chunks_ns", [])
    assert isinstance(moments, list)
    return moments


async def test_the_arrival_of_each_chunk_is_noted() -> None:
    recorder = Recorder()
    async with listening(drip) as url:
        run = await recorder.fire(order(), url)
    (request,) = run.servers["uvicorn"].requests
    assert len(request.chunks_s) == 3
    assert all(later - earlier > 0.05 for earlier, later in pairwise(request.chunks_s))
    assert request.protocol == "1.1"


async def test_each_chunk_is_shown_while_the_answer_goes_on() -> None:
    recorder = Recorder()
    async with listening(drip) as url:
        await recorder.fire(order(), url)
    assert {len(chunks_ns(span)) for span in recorder.versions if not span.final} == {0, 1, 2, 3}


async def test_chunks_that_arrive_together_are_one() -> None:
    async with listening(dump) as url:
        run = await Recorder().fire(order(), url)
    (request,) = run.servers["uvicorn"].requests
    assert len(request.chunks_s) == 1
    assert request.chunks_s[0] >= 0.4


async def test_an_endless_stream_fills_a_bounded_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.runs.client_request.CHUNKS_KEPT", 2)
    recorder = Recorder()
    async with listening(drip) as url:
        await recorder.fire(order(), url)
    assert len(chunks_ns(recorder.versions[-1])) == 2
    assert recorder.versions[-1].attributes["gatescope.client.chunks_cut"] == 1


async def test_an_upload_is_sent_in_pieces_over_the_time_asked_for() -> None:
    arrived: list[float] = []
    sizes: list[int] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        while sum(sizes) < 64 * 1024:
            sizes.append(len(await reader.read(64 * 1024)))
            arrived.append(time.monotonic())
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    recorder = Recorder()
    async with serve(take) as port:
        url = f"http://127.0.0.1:{port}"
        run = await recorder.fire(order(scenario="upload", seconds="0.6"), url)
    assert run.servers["uvicorn"].requests[0].status == 200
    assert sum(sizes) == 64 * 1024
    assert arrived[-1] - arrived[0] > 0.3
    sending_ns = recorder.versions[-1].attributes["gatescope.client.sending_ns"]
    assert isinstance(sending_ns, int)
    assert sending_ns >= 0.6e9


async def test_an_answer_before_the_whole_upload_ends_it() -> None:
    async def refuse(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()

    begun = time.monotonic()
    async with listening(refuse) as url:
        run = await Recorder().fire(order(scenario="upload", seconds="20"), url)
    assert run.servers["uvicorn"].requests[0].status == 413
    assert time.monotonic() - begun < 10


async def test_a_client_that_leaves_closes_the_connection_and_blames_nobody() -> None:
    left = asyncio.Event()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await reader.read()
        left.set()
        writer.close()

    recorder = Recorder()
    async with serve(wait) as port:
        url = f"http://127.0.0.1:{port}"
        run = await recorder.fire(order(leave="0.2"), url)
        await asyncio.wait_for(left.wait(), 5)
    result = run.servers["uvicorn"]
    (request,) = result.requests
    assert (request.status, request.error, result.errors) == (None, "left after 0.2 s", 0)
    assert (run.leave, run.protocol) == (0.2, "1.1")
    assert recorder.versions[-1].status == "unset"
    assert recorder.versions[-1].attributes["gatescope.client.left_ns"]


async def test_a_client_that_has_its_answer_does_not_leave() -> None:
    async with listening(drip) as url:
        run = await Recorder().fire(order(leave="20"), url)
    assert run.servers["uvicorn"].requests[0].error == ""


async def test_a_client_that_leaves_has_the_chunks_that_came_before() -> None:
    async def drip_for_ever(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + b"5\r\nchunk\r\n")
        await writer.drain()
        await asyncio.sleep(HANG_S)

    async with listening(drip_for_ever) as url:
        run = await Recorder().fire(order(leave="0.3"), url)
    (request,) = run.servers["uvicorn"].requests
    assert (request.status, len(request.chunks_s), request.error) == (200, 1, "left after 0.3 s")
