"""A job ends when it is told to, and puts things in order even if that is at once."""

import asyncio

from dashboard.lib.job import Job


class Work:
    """Waits for ever, and notes that it was put in order."""

    is_in_order = False

    async def carry_out(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            self.is_in_order = True


async def test_a_job_that_is_stopped_before_its_first_step_puts_things_in_order() -> None:
    work = Work()
    job = Job(work.carry_out(), "test")
    await job.stop()
    assert (work.is_in_order, job.has_ended) == (True, True)


async def test_whoever_cancels_does_not_wait_for_the_order() -> None:
    work = Work()
    job = Job(work.carry_out(), "test")
    await job.cancel()
    assert not job.has_ended
    await job.wait()
    assert work.is_in_order


async def test_a_waiter_that_is_cancelled_leaves_the_job_alone() -> None:
    job = Job(Work().carry_out(), "test")
    waiter = asyncio.create_task(job.wait())
    await asyncio.sleep(0)
    waiter.cancel()
    await asyncio.wait({waiter})
    assert (waiter.cancelled(), job.has_ended) == (True, False)
    await job.stop()


async def test_a_job_that_fails_has_ended_all_the_same() -> None:
    async def fail() -> None:
        raise ValueError("for the log")

    job = Job(fail(), "test")
    await job.wait()
    assert job.has_ended
