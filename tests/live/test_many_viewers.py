"""Many viewers on a real server: each ends with the complete picture, and one that is stuck harms nobody."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
import websockets

from tests.ingest.requests import START_NS, json_request
from tests.support.bare_dashboard import Served
from tests.support.viewer import Model, until, watch

pytestmark = [pytest.mark.alone, pytest.mark.long]

MIB = 1024 * 1024
REQUESTS = 200
SPANS = 30


def request_spans(number: int, *, ended: bool, padding: int = 0) -> list[dict[str, Any]]:
    """The spans of one observed request, open or ended."""
    return [
        {
            "traceId": f"{number + 1:032x}",
            "spanId": f"{number * SPANS + place + 1:016x}",
            "name": f"stage {place}",
            "startTimeUnixNano": START_NS + place,
            "endTimeUnixNano": START_NS + place + 1_000 if ended else 0,
            "attributes": [{"key": "filler", "value": {"stringValue": "x" * padding}}],
        }
        for place in range(SPANS)
    ]


async def fire(url: str, count: int = REQUESTS, padding: int = 100, versions: Sequence[bool] = (False, True)) -> None:
    """Send the spans of `count` requests in small batches, each version in turn: open, then ended, as probes do."""
    async with httpx.AsyncClient() as client:
        for first in range(0, count, 4):
            for ended in versions:
                numbers = range(first, min(count, first + 4))
                spans = [span for number in numbers for span in request_spans(number, ended=ended, padding=padding)]
                answer = await client.post(f"{url}/v1/traces", json=json_request(*spans), timeout=30)
                assert answer.status_code == 200


@contextlib.asynccontextmanager
async def viewers(server: Served, count: int) -> AsyncIterator[list[Model]]:
    """Viewers that read and acknowledge until the end of the block."""
    models = [Model() for _ in range(count)]
    async with contextlib.AsyncExitStack() as stack:
        opening = [websockets.connect(server.live, origin=server.url, max_size=MIB) for _ in models]
        sockets = [await stack.enter_async_context(socket) for socket in opening]
        tasks = [asyncio.create_task(watch(socket, model)) for socket, model in zip(sockets, models, strict=True)]
        yield models
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def complete(model: Model, count: int = REQUESTS) -> bool:
    """Whether the viewer holds all spans, and all have ended."""
    return len(model.spans) == count * SPANS and all(span["end_ns"] for span in model.spans.values())


async def test_forty_viewers_end_with_the_complete_picture(server: Served) -> None:
    async with viewers(server, 40) as models:
        await fire(server.url)
        await until(lambda: all(complete(model) for model in models), within_s=40)
    for model in models:
        assert model.seqs == list(range(len(model.seqs)))
        assert model.snapshots == 1 or model.missed > 0
        assert model.largest < MIB
        assert len(model.seqs) < REQUESTS * SPANS / 10


async def test_a_viewer_that_comes_late_gets_the_complete_picture(server: Served) -> None:
    await fire(server.url, count=20)
    async with viewers(server, 1) as [model]:
        await until(lambda: complete(model, 20))


async def test_a_stuck_viewer_costs_little_memory_and_delays_nobody(server: Served) -> None:
    async with (
        viewers(server, 3) as models,
        websockets.connect(server.live, origin=server.url, max_queue=1) as stuck,
    ):
        await fire(server.url, count=40, padding=3_000, versions=(False,))
        before = server.memory()
        # Newer versions of the same open spans: what is kept stays the same, 25 MB go to each viewer.
        await fire(server.url, count=40, padding=3_000, versions=(False,) * 7)
        assert server.memory() - before < 12 * MIB
        began = time.monotonic()
        await fire(server.url, count=40, padding=10, versions=(True,))
        await until(lambda: all(complete(model, 40) for model in models))
        assert time.monotonic() - began < 8
        assert await acknowledged_until_snapshot(stuck) > 0


async def acknowledged_until_snapshot(socket: Any) -> int:
    """Read on, acknowledging. Returns how much the second snapshot says was missed."""
    snapshots = 0
    async with asyncio.timeout(20):
        while True:
            frame = json.loads(await socket.recv())
            await socket.send(json.dumps({"ack": frame["seq"]}))
            snapshots += bool(frame.get("snapshot") and frame["part"] == 1)
            if snapshots > 1:
                missed: int = frame["missed"]
                return missed


async def test_an_open_span_is_in_a_viewers_hands_soon(server: Served) -> None:
    async with viewers(server, 1) as [model], httpx.AsyncClient() as client:
        delays = []
        for number in range(10):
            began = time.monotonic()
            request = json_request(*request_spans(number, ended=False)[:1])
            await client.post(f"{server.url}/v1/traces", json=request)
            await until(lambda expected=number + 1: len(model.spans) == expected)
            delays.append(time.monotonic() - began)
    assert sorted(delays)[5] < 0.5
