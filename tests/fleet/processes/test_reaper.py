"""The guard is always there."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import psutil
import pytest

from dashboard.fleet.processes.process_tag import new_tag
from dashboard.fleet.processes.reaper import Reaper


@pytest.fixture
async def guardian() -> AsyncIterator[Reaper]:
    """A guardian whose guard runs."""
    guardian = Reaper(new_tag())
    await guardian.start()
    yield guardian
    await guardian.close()


async def test_the_guard_has_a_session_of_its_own(guardian: Reaper) -> None:
    assert guardian.pid is not None
    assert os.getsid(guardian.pid) == guardian.pid


async def test_a_killed_guard_is_replaced(guardian: Reaper) -> None:
    killed = guardian.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    async with asyncio.timeout(10):
        while guardian.pid == killed:
            await asyncio.sleep(0.02)
    assert guardian.pid is not None
    assert psutil.pid_exists(guardian.pid)


async def test_the_guard_ends_with_its_guardian(guardian: Reaper) -> None:
    guard = guardian.pid
    assert guard is not None
    await guardian.close()
    assert not psutil.pid_exists(guard)
