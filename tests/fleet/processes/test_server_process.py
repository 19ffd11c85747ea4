"""A server process ends with its workers, and what it printed is heard."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from dashboard.fleet.processes.server_process import ServerProcess, is_group_alive

# Written whole: with PYTHONUNBUFFERED `print` writes line and line end apart, and two processes would mix them.
STUBBORN = "import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.write(1, b'up\\n'); signal.pause()"
WORKER = f"import os; os.fork(); {STUBBORN}"


async def _spawn(code: str, heard: bytearray) -> ServerProcess:
    return await ServerProcess.spawn([sys.executable, "-c", code], os.environ, Path.cwd(), heard.extend)


async def _until(heard: bytearray, text: bytes) -> None:
    async with asyncio.timeout(20):
        while text not in heard:
            await asyncio.sleep(0.01)


async def test_its_exit_status_is_told() -> None:
    process = await _spawn("raise SystemExit(7)", bytearray())
    assert await process.wait() == 7
    await process.end(1)


async def test_both_its_outputs_are_heard() -> None:
    heard = bytearray()
    process = await _spawn("import sys; print('out'); print('err', file=sys.stderr)", heard)
    await _until(heard, b"out")
    await _until(heard, b"err")
    await process.end(1)


async def test_it_leads_a_session_of_its_own() -> None:
    process = await _spawn("import time; time.sleep(600)", bytearray())
    assert os.getsid(process.pid) == process.pid
    await process.end(1)


async def test_a_program_that_cannot_be_run_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        await ServerProcess.spawn(["/no/such/program"], os.environ, Path.cwd(), lambda _: None)


async def test_workers_that_ignore_sigterm_are_killed_with_it() -> None:
    heard = bytearray()
    process = await _spawn(WORKER, heard)
    await _until(heard, b"up\nup\n")
    await process.end(0.2)
    assert not is_group_alive(process.pid)


async def test_a_killed_master_is_noticed_though_its_worker_keeps_the_pipe() -> None:
    heard = bytearray()
    process = await _spawn(WORKER, heard)
    await _until(heard, b"up\nup\n")
    os.kill(process.pid, signal.SIGKILL)
    assert await asyncio.wait_for(process.wait(), 5) == -signal.SIGKILL
    assert is_group_alive(process.pid)
    await process.end(0.2)
    assert not is_group_alive(process.pid)
