"""A timed coroutine behaves as before, and it is known when it ran."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Any

import pytest

from probes.timed_awaitable import RUNNING, SLICES_KEPT, SUSPENDED, Slices, TimedAwaitable


def timed(awaitable: Awaitable[Any]) -> tuple[TimedAwaitable[Any], Slices]:
    slices = Slices(time.time_ns())
    return TimedAwaitable(awaitable, slices), slices


def pairs(slices: Slices) -> list[tuple[int, int]]:
    return list(zip(slices.flat[::2], slices.flat[1::2], strict=True))


async def test_the_result_comes_through() -> None:
    async def answer() -> int:
        await asyncio.sleep(0)
        return 42

    assert await timed(answer())[0] == 42


async def test_an_exception_comes_through() -> None:
    async def failing() -> None:
        await asyncio.sleep(0)
        raise LookupError("inside")

    with pytest.raises(LookupError, match="inside"):
        await timed(failing())[0]


async def test_each_step_is_a_slice_and_the_waiting_is_none() -> None:
    async def steps() -> None:
        await asyncio.sleep(0.05)
        time.sleep(0.02)
        await asyncio.sleep(0.05)

    wrapped, slices = timed(steps())
    begun = time.perf_counter_ns()
    await wrapped
    took = time.perf_counter_ns() - begun
    assert len(pairs(slices)) == 3
    assert pairs(slices)[1][1] >= 20_000_000
    assert sum(duration for _, duration in pairs(slices)) < took - 90_000_000


async def test_slices_do_not_overlap() -> None:
    async def steps() -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    wrapped, slices = timed(steps())
    await wrapped
    ends = [offset + duration for offset, duration in pairs(slices)]
    assert all(end <= offset for end, (offset, _) in zip(ends, pairs(slices)[1:], strict=False))


async def test_the_state_says_whether_it_runs() -> None:
    states: list[str] = []

    async def inner() -> None:
        states.append(slices.state)
        await asyncio.sleep(0.02)

    slices = Slices(time.time_ns())
    task = asyncio.ensure_future(TimedAwaitable(inner(), slices))
    await asyncio.sleep(0.01)
    states.append(slices.state)
    await task
    assert states == [RUNNING, SUSPENDED]


async def test_many_slices_are_merged_into_the_last() -> None:
    async def steps() -> None:
        for _ in range(SLICES_KEPT + 50):
            await asyncio.sleep(0)

    wrapped, slices = timed(steps())
    await wrapped
    assert len(pairs(slices)) == SLICES_KEPT
    assert slices.merged == 51
    offset, duration = pairs(slices)[-1]
    assert slices.origin_ns + offset + duration == slices.since_ns


async def test_cancellation_reaches_the_coroutine() -> None:
    cleaned: list[str] = []

    async def waiting() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            cleaned.append("finally")

    task = asyncio.ensure_future(timed(waiting())[0])
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cleaned == ["finally"]


async def test_a_future_can_be_driven() -> None:
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.01, future.set_result, 7)
    assert await timed(future)[0] == 7


def test_closing_closes_the_coroutine() -> None:
    closed: list[bool] = []

    async def waiting() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            closed.append(True)

    async def outer() -> None:
        await timed(waiting())[0]

    coroutine = outer()
    with asyncio.Runner() as runner:
        runner.get_loop().call_soon(coroutine.send, None)
        runner.run(asyncio.sleep(0))
        coroutine.close()
    assert closed == [True]
