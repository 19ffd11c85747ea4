"""A step waits until nobody else measures, and keeps others from it until it has ended."""

import asyncio

import pytest

from dashboard.measuring import steps
from dashboard.measuring.queue import StepError
from dashboard.measuring.steps import measuring, wait_until_quiet
from dashboard.runs.exclusive import BusyError, Exclusive


async def test_a_step_begins_when_the_others_have_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "POLL_EVERY_S", 0)
    exclusive = Exclusive(lambda: False)
    claim = exclusive.claim("Lesson 1")
    waiting = asyncio.create_task(wait_until_quiet(exclusive))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    exclusive.release(claim)
    await waiting


async def test_a_step_waits_for_servers_that_still_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "POLL_EVERY_S", 0)
    leftover = ["Servers are still finishing.", "Servers are still finishing.", ""]
    await wait_until_quiet(Exclusive(lambda: False, lambda: leftover.pop(0)))
    assert leftover == []


async def test_a_step_gives_up_when_the_others_go_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "QUIET_WITHIN_S", -1)
    with pytest.raises(StepError, match="Another run is in progress"):
        await wait_until_quiet(Exclusive(lambda: True))


async def test_nothing_else_begins_while_a_step_measures() -> None:
    exclusive = Exclusive(lambda: False)
    queue = exclusive.claim("A race", is_queue=True)
    async with measuring(exclusive, "A race"):
        with pytest.raises(BusyError, match="A race is being measured"):
            exclusive.claim("Lesson 1")
    exclusive.claim("Lesson 1")
    exclusive.release(queue)
