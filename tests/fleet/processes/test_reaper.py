"""A reaper process is always there."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import psutil
import pytest

from dashboard.fleet.processes.process_tag import new_tag
from dashboard.fleet.processes.reaper import Reaper


@pytest.fixture
async def reaper() -> AsyncIterator[Reaper]:
    """A reaper whose process runs."""
    reaper = Reaper(new_tag())
    await reaper.start()
    yield reaper
    await reaper.close()


async def test_the_process_has_a_session_of_its_own(reaper: Reaper) -> None:
    assert reaper.pid is not None
    assert os.getsid(reaper.pid) == reaper.pid


async def test_a_killed_guard_is_replaced(reaper: Reaper) -> None:
    killed = reaper.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    async with asyncio.timeout(10):
        while reaper.pid == killed:
            await asyncio.sleep(0.02)
    assert reaper.pid is not None
    assert psutil.pid_exists(reaper.pid)


async def test_the_process_ends_with_its_reaper(reaper: Reaper) -> None:
    guard = reaper.pid
    assert guard is not None
    await reaper.close()
    assert not psutil.pid_exists(guard)
