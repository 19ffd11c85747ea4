"""An announcement waits for all phones; neither a slow one nor one that is away keeps the others from hearing it."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from websockets.asyncio.server import ServerConnection, broadcast, serve

from dashboard.runs.orders import CLASS_MEMBER, PRESENTER, OrderError, parse_order
from dashboard.runs.results import ServerResult
from tests.runs.firing import Recorder, answer_ok, listening, order

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECONDS = "0.3"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """These servers send no spans; waiting for them is not what is tested here."""
    monkeypatch.setattr("dashboard.runs.runner.SPANS_ARRIVE_WITHIN_S", 0)
    monkeypatch.setattr("dashboard.runs.announcement.HEARS_WITHIN_S", 0.5)


@asynccontextmanager
async def room(*, deaf: int = 0) -> AsyncIterator[tuple[str, list[int]]]:
    """A server that tells everyone but the first `deaf`; with how many were in whenever one spoke."""
    members: list[ServerConnection] = []
    present = []

    async def handle(socket: ServerConnection) -> None:
        members.append(socket)
        async for message in socket:
            present.append(len(members))
            broadcast(members[deaf:], json.loads(message)["text"])

    async with serve(handle, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}", present


async def fire(url: str, count: int) -> ServerResult:
    run = await Recorder().fire(order(count, "announce", seconds=SECONDS), url)
    return run.servers["uvicorn"]


async def test_one_speaks_when_all_are_in_and_all_hear_it() -> None:
    async with room() as (url, present):
        result = await fire(url, 5)
    assert present == [5]
    assert [request.error for request in result.requests] == [""] * 5
    assert None not in [request.heard_s for request in result.requests]


async def test_the_slow_phone_hears_it_late_and_is_no_part_of_the_spread() -> None:
    async with room() as (url, _):
        result = await fire(url, 4)
    quick = [request.heard_s for request in result.requests if not request.slow and request.heard_s is not None]
    (slow,) = [request.heard_s for request in result.requests if request.slow]
    assert slow is not None
    assert len(quick) == 3
    assert slow >= min(quick) + float(SECONDS) - 0.05
    assert result.heard_spread_s == pytest.approx(max(quick) - min(quick), abs=1e-5)


async def test_who_is_told_nothing_says_so_and_holds_up_nobody() -> None:
    async with room(deaf=2) as (url, _):
        result = await fire(url, 5)
    errors = [request.error for request in result.requests]
    assert errors.count("uvicorn did not announce it within 0.5 s") == result.errors == 2


async def test_where_nobody_gets_in_nobody_waits_for_another() -> None:
    async with listening(answer_ok) as url, asyncio.timeout(10):
        result = await fire(url, 3)
    assert (result.errors, result.heard_spread_s) == (3, None)


def test_phones_wait_for_each_other_so_all_are_fired_at_once_or_the_order_is_refused() -> None:
    fields = {"scenario": "announce", "count": "20", "concurrency": "2"}
    assert parse_order(["uvicorn"], fields, ["uvicorn"], PRESENTER).concurrency == 20
    with pytest.raises(OrderError, match="from 1 to 20"):
        parse_order(["uvicorn"], {**fields, "count": "21"}, ["uvicorn"], CLASS_MEMBER)
