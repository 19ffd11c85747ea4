"""The queue of measurements: one after another, one queue at a time, and its end."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from dashboard.measuring.queue import (
    MeasuringQueue,
    QueueRunner,
    Skipped,
    Step,
    StepError,
    describe_left,
)
from dashboard.runs.exclusive import BusyError, Exclusive


def step(title: str, carry_out: Callable[[], Awaitable[None]], expected_s: float = 1.0) -> Step:
    return Step(title, expected_s, carry_out)


async def nothing() -> None:
    """A measurement that takes no time."""


async def for_ever() -> None:
    await asyncio.Event().wait()


async def refused() -> None:
    raise StepError("Its server is missing.")


def runner(*, is_firing: bool = False) -> QueueRunner:
    return QueueRunner(Exclusive(lambda: is_firing))


def queue_of(*steps: Step, kind: str = "lessons", title: str = "all", **more: Any) -> MeasuringQueue:
    return MeasuringQueue(kind=kind, title=title, subject="Every lesson", steps=steps, **more)


async def carried_out(queue: MeasuringQueue) -> MeasuringQueue:
    runner().start(queue)
    assert queue.job
    await queue.job.wait()
    return queue


async def test_steps_are_carried_out_in_turn() -> None:
    order: list[str] = []

    def noting(name: str) -> Callable[[], Awaitable[None]]:
        async def note() -> None:
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            order.append(f"{name} ends")

        return note

    queue = await carried_out(queue_of(step("a", noting("a")), step("b", noting("b"))))
    assert order == ["a begins", "a ends", "b begins", "b ends"]
    assert (queue.state, queue.progress().measured) == ("done", 2)


async def test_a_step_that_cannot_be_carried_out_is_said_and_the_next_one_comes() -> None:
    queue = await carried_out(queue_of(step("a", refused), step("b", nothing)))
    data = queue.progress()
    assert (data.measured, data.skipped) == (1, (Skipped("a", "Its server is missing."),))


async def test_a_step_that_breaks_does_not_break_the_queue(caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> None:
        raise ZeroDivisionError

    queue = await carried_out(queue_of(step("a", broken), step("b", nothing)))
    assert (queue.state, queue.progress().measured) == ("done", 1)
    assert "a could not be measured" in caplog.text


async def test_what_is_cancelled_ends_and_its_end_is_told() -> None:
    ended: list[str] = []

    async def finish() -> None:
        ended.append(queue.state)

    owner = runner()
    queue = owner.start(queue_of(step("a", nothing), step("b", for_ever), finish=finish))
    while queue.ended < 1:
        await asyncio.sleep(0)
    assert await owner.stop() is queue
    assert (queue.state, queue.progress().measured, ended) == ("stopped", 1, ["running"])
    assert owner.current is None
    assert await owner.stop() is None


async def test_two_queues_at_once_are_refused() -> None:
    owner = runner()
    owner.start(queue_of(step("a", for_ever)))
    with pytest.raises(BusyError, match="Every lesson is being measured, and two at once"):
        owner.start(queue_of(step("a", nothing), kind="race", title="Race"))
    await owner.stop()


async def test_nothing_begins_while_others_fire() -> None:
    with pytest.raises(BusyError, match="Another run is in progress"):
        runner(is_firing=True).start(queue_of(step("a", nothing)))


async def test_the_next_queue_begins_when_one_was_stopped() -> None:
    owner = runner()
    owner.start(queue_of(step("a", for_ever)))
    await owner.stop()
    second = owner.start(queue_of(step("b", nothing)))
    assert second.job
    await second.job.wait()
    assert second.state == "done"


def test_the_time_that_is_left_follows_the_pace_of_the_first_steps() -> None:
    queue = queue_of(step("a", nothing, 10), step("b", nothing, 4), step("c", nothing, 6))
    now_s = time.monotonic()
    assert queue.left_s(now_s) == pytest.approx(20, abs=0.1)
    queue.ended, queue.spent_s, queue.began_s = 1, 5.0, now_s
    assert queue.left_s(now_s + 1) == pytest.approx(1 + 3)


@pytest.mark.parametrize(
    ("left_s", "words"), [(0.0, "about 10 s left"), (33.0, "about 30 s left"), (130.0, "about 2 min left")]
)
def test_the_time_that_is_left_is_said_no_more_exactly_than_it_is_known(left_s: float, words: str) -> None:
    assert describe_left(left_s) == words
