"""One server process with its workers: start it, read its output, end all of it.

The process leads a session of its own, so Ctrl-C never reaches it, and runs below a guard that ends whatever it
started, also when this process is killed; see `guard`.
"""

import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

import psutil

from dashboard.fleet.processes import privilege
from dashboard.fleet.processes.guard import GUARDED_TAG_VARIABLE, MARGIN_S, TAG_VARIABLE

GUARD = Path(__file__).with_name("guard.py")
LOOK_AGAIN_S = 0.05
REAP_S = 1.0
"""How long the kernel may take to remove processes after SIGKILL."""
GRACE_S = 3.0
LONGEST_REPORT = 64


class _Output(asyncio.Protocol):
    """Passes what arrives through the pipe to `printed`."""

    def __init__(self, printed: Callable[[bytes], None]) -> None:
        self._printed = printed

    def data_received(self, data: bytes) -> None:
        self._printed(data)


class ServerProcess:
    """A running server. Made by `spawn`, after which it must be ended with `end`."""

    def __init__(
        self,
        pid: int,
        guard: asyncio.subprocess.Process,
        lifeline: socket.socket,
        output: asyncio.BaseTransport,
        grace_s: float,
    ) -> None:
        self.pid = pid
        """The id of the process, of its group and of its session."""
        self.guard_pid = guard.pid
        """The id of its outer guard."""
        self._guard = guard
        self._lifeline = lifeline
        self._output = output
        self._grace_s = grace_s

    @classmethod
    async def spawn(
        cls,
        command: Sequence[str],
        env: Mapping[str, str],
        folder: Path,
        printed: Callable[[bytes], None],
        grace_s: float = GRACE_S,
    ) -> Self:
        """Start `command` in `folder`; `printed` gets its output. Raises OSError when it cannot be run.

        When it ends it is left `grace_s` seconds between SIGTERM and SIGKILL.
        """
        # A pipe of our own, since asyncio waits for its pipes to close before it reports a process as ended,
        # and a worker that outlives its killed master keeps them open.
        reading, writing = os.pipe()
        loop = asyncio.get_running_loop()
        output, _ = await loop.connect_read_pipe(lambda: _Output(printed), os.fdopen(reading, "rb", 0))
        privilege.give_output(writing)
        lifeline, its_end = socket.socketpair()
        lifeline.setblocking(False)
        guard: asyncio.subprocess.Process | None = None
        try:
            with its_end:
                guard = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-I", "-S", str(GUARD), str(grace_s), *command),
                    stdin=its_end.fileno(),
                    stdout=writing,
                    stderr=writing,
                    env=_guarded(env),
                    cwd=folder,
                    start_new_session=True,
                )
            pid = await _read_pid(lifeline, command[0])
        except BaseException:
            # Its guard ends whatever has been started, and then itself.
            lifeline.close()
            output.close()
            if guard is not None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(grace_s + MARGIN_S + REAP_S):
                        await guard.wait()
            raise
        finally:
            os.close(writing)
        return cls(pid, guard, lifeline, output, grace_s)

    async def wait(self) -> int:
        """Wait until the process ends by itself; return its exit status, or minus the signal that ended it.

        Nothing that it started is left then, unless its guards were killed.
        """
        return await self._guard.wait()

    async def end(self) -> None:
        """End the process and everything that it started: SIGTERM, the grace, SIGKILL."""
        with suppress(OSError):  # nobody is at the other end any more
            self._lifeline.shutdown(socket.SHUT_WR)
        if not await self._wait_until_gone_within(self._grace_s + MARGIN_S + REAP_S):
            # Its guards were stopped or killed.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            with suppress(ProcessLookupError):
                self._guard.kill()
            await self._wait_until_gone_within(REAP_S)
        self._lifeline.close()
        self._output.close()

    async def _wait_until_gone_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            # Not `wait_for`: before Python 3.12 it swallows a cancellation that comes with the result.
            async with asyncio.timeout(seconds):
                await self._wait_until_gone()
            return True
        return False

    async def _wait_until_gone(self) -> None:
        await self._guard.wait()
        await self._wait_until_guards_gone()
        while is_group_alive(self.pid):  # noqa: ASYNC110 -- the kernel tells of a process's end, never of a group's
            await asyncio.sleep(LOOK_AGAIN_S)

    async def _wait_until_guards_gone(self) -> None:
        """Return once neither guard holds the other end of the socket."""
        with suppress(ConnectionError):
            while await asyncio.get_running_loop().sock_recv(self._lifeline, LONGEST_REPORT):
                pass


def _guarded(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which a guard hands the tag on without carrying it itself."""
    return {GUARDED_TAG_VARIABLE if name == TAG_VARIABLE else name: value for name, value in env.items()}


async def _read_pid(lifeline: socket.socket, program: str) -> int:
    """Return the process id that the guard reports. Raises OSError when the program cannot be run."""
    report = b""
    loop = asyncio.get_running_loop()
    while not report.endswith(b"\n"):
        data = await loop.sock_recv(lifeline, LONGEST_REPORT)
        if not data:
            raise OSError(errno.ECHILD, "its guard has ended", program)
        report += data
    if report.startswith(b"!"):
        number = int(report[1:])
        raise OSError(number, os.strerror(number), program)
    return int(report)


def is_group_alive(group: int) -> bool:
    """Return whether a process of this group still runs; zombies do not count."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return any(_runs_in(group, pid) for pid in psutil.pids())


def _runs_in(group: int, pid: int) -> bool:
    try:
        return os.getpgid(pid) == group and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (OSError, psutil.Error):
        return False
