"""A heartbeat is listened to until its server closes, and the largest gap between two beats is its figure."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from dashboard.runs.results import ServerResult
from tests.runs.firing import Recorder, order


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """These servers send no spans; waiting for them is not what is tested here."""
    monkeypatch.setattr("dashboard.runs.runner.SPANS_ARRIVE_WITHIN_S", 0)


async def listen(handler: Callable[[ServerConnection], Awaitable[None]], **fields: Any) -> ServerResult:
    """The server's figures of one heartbeat that `handler` gives."""
    async with serve(handler, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        run = await Recorder().fire(order(scenario="heartbeat", **fields), f"http://127.0.0.1:{port}")
    return run.servers["uvicorn"]


async def test_the_largest_gap_between_two_beats_is_measured() -> None:
    async def beats(socket: ServerConnection) -> None:
        await socket.recv()
        await asyncio.sleep(1.0)  # before the first beat there is no gap
        for pause_s in (0.01, 0.5, 0.01, 0.0):
            await socket.send("beat")
            await asyncio.sleep(pause_s)

    figures = await listen(beats)
    (request,) = figures.requests
    assert (request.status, request.error, figures.errors) == (101, "", 0)
    assert figures.largest_gap_s == request.largest_gap_s
    assert request.largest_gap_s is not None
    assert 0.5 <= request.largest_gap_s < 1.0


async def test_the_server_is_asked_to_beat_for_the_time_of_the_knob() -> None:
    asked: list[float] = []

    async def note(socket: ServerConnection) -> None:
        asked.append(json.loads(await socket.recv())["seconds"])

    figures = await listen(note, seconds="2.5")
    assert (asked, figures.largest_gap_s, figures.errors) == ([2.5], None, 0)


async def test_a_heart_that_stops_is_an_error_and_its_gaps_are_kept() -> None:
    async def stops(socket: ServerConnection) -> None:
        for _ in range(2):
            await socket.send("beat")
            await asyncio.sleep(0.3)
        socket.transport.abort()

    figures = await listen(stops)
    (request,) = figures.requests
    assert "broke off: the socket closed" in request.error
    assert request.largest_gap_s is not None
