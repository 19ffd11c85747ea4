"""A server process ends with its workers, and what it printed is heard."""

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from dashboard.fleet.processes.server_process import GUARD, ServerProcess, is_group_alive
from tests.fleet.helpers import still_running

# Written whole: with PYTHONUNBUFFERED `print` writes line and line end apart, and two processes would mix them.
DETACHES = """
import os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.write(1, b"detached %d " % os.getpid())
    os.execve(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)"], {})
time.sleep(600)
"""
STUBBORN = "import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.write(1, b'up\\n'); signal.pause()"
WORKER = f"import os; os.fork(); {STUBBORN}"


async def _spawn(code: str, heard: bytearray, grace_s: float = 0.2) -> ServerProcess:
    return await ServerProcess.spawn([sys.executable, "-c", code], os.environ, Path.cwd(), heard.extend, grace_s)


async def _until(heard: bytearray, text: bytes) -> None:
    async with asyncio.timeout(20):
        while text not in heard:
            await asyncio.sleep(0.01)


async def test_its_exit_status_is_told() -> None:
    process = await _spawn("raise SystemExit(7)", bytearray())
    assert await process.wait() == 7
    await process.end()


async def test_both_its_outputs_are_heard() -> None:
    heard = bytearray()
    process = await _spawn("import sys; print('out'); print('err', file=sys.stderr)", heard)
    await _until(heard, b"out")
    await _until(heard, b"err")
    await process.end()


async def test_it_leads_a_session_of_its_own() -> None:
    process = await _spawn("import time; time.sleep(600)", bytearray())
    assert os.getsid(process.pid) == process.pid
    await process.end()


async def test_a_program_that_cannot_be_run_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        await ServerProcess.spawn(["/no/such/program"], os.environ, Path.cwd(), lambda _: None)


async def test_workers_that_ignore_sigterm_are_killed_with_it() -> None:
    heard = bytearray()
    process = await _spawn(WORKER, heard)
    await _until(heard, b"up\nup\n")
    await process.end()
    assert not is_group_alive(process.pid)


async def test_a_killed_master_takes_its_workers_with_it() -> None:
    heard = bytearray()
    process = await _spawn(WORKER, heard)
    await _until(heard, b"up\nup\n")
    os.kill(process.pid, signal.SIGKILL)
    assert await asyncio.wait_for(process.wait(), 20) == -signal.SIGKILL
    assert not is_group_alive(process.pid)
    await process.end()


async def test_a_process_that_detached_itself_ends_with_the_server() -> None:
    heard = bytearray()
    process = await _spawn(DETACHES, heard)
    await _until(heard, b"detached")
    detached = psutil.Process(int(heard.split()[1]))
    assert os.getsid(detached.pid) != process.pid
    await process.end()
    assert not detached.is_running()


@pytest.mark.parametrize("which", ["outer", "inner", "both"])
async def test_without_a_guard_the_server_ends_and_everything_that_it_started(which: str) -> None:
    heard = bytearray()
    process = await _spawn(DETACHES, heard)
    await _until(heard, b"detached")
    outer = psutil.Process(process.guard_pid)
    (inner,) = outer.children()
    below = inner.children(recursive=True)
    for guard in {"outer": [outer], "inner": [inner], "both": [outer, inner]}[which]:
        guard.kill()
    assert await asyncio.wait_for(process.wait(), 20) == -signal.SIGKILL
    await process.end()
    # With both gone nobody is left who would know of what has detached itself; the program gets its signal.
    left = still_running(below)
    assert [one.pid for one in left] == ([int(heard.split()[1])] if which == "both" else [])
    for one in left:
        one.kill()


async def test_the_program_handles_signals_as_a_fresh_one_does() -> None:
    heard = bytearray()
    process = await _spawn("import signal; print([signal.getsignal(n).name for n in (1, 13, 15, 17)])", heard)
    await process.wait()
    # SIGPIPE is ignored by Python itself.
    await _until(heard, b"['SIG_DFL', 'SIG_IGN', 'SIG_DFL', 'SIG_DFL']")
    await process.end()


def test_a_guard_whose_supervisor_went_before_it_heard_of_the_program_ends_it_without_a_complaint() -> None:
    lifeline, its_end = socket.socketpair()
    command = [sys.executable, "-I", "-S", str(GUARD), "0.2", sys.executable, "-c", "import time; time.sleep(600)"]
    with its_end, subprocess.Popen(command, stdin=its_end.fileno(), stderr=subprocess.PIPE) as guard:
        its_end.close()
        # The report is here, and nobody reads it: such an end is a reset connection.
        assert select.select([lifeline], [], [], 20)[0]
        started = psutil.Process(guard.pid).children(recursive=True)
        lifeline.close()
        _, complaints = guard.communicate(timeout=20)
    assert complaints == b""
    assert not still_running(started)
