"""One server process with its workers: start it, read its output, end all of it.

The process leads a session of its own, so its process group holds its workers and Ctrl-C never reaches it.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

import psutil

LOOK_AGAIN_S = 0.05
REAP_S = 1.0
"""How long the kernel may take to remove processes after SIGKILL."""


class _Output(asyncio.Protocol):
    """Passes what arrives through the pipe to `printed`."""

    def __init__(self, printed: Callable[[bytes], None]) -> None:
        self._printed = printed

    def data_received(self, data: bytes) -> None:
        self._printed(data)


class ServerProcess:
    """A running server. Made by `spawn`, after which it must be ended with `end`."""

    def __init__(self, process: asyncio.subprocess.Process, output: asyncio.BaseTransport) -> None:
        self._process = process
        self._output = output

    @classmethod
    async def spawn(
        cls, command: Sequence[str], env: Mapping[str, str], folder: Path, printed: Callable[[bytes], None]
    ) -> Self:
        """Start `command` in `folder`; `printed` gets its output. Raises OSError when it cannot be run."""
        # A pipe of our own, since asyncio waits for its pipes to close before it reports a process as ended,
        # and a worker that outlives its killed master keeps them open.
        reading, writing = os.pipe()
        loop = asyncio.get_running_loop()
        output, _ = await loop.connect_read_pipe(lambda: _Output(printed), os.fdopen(reading, "rb", 0))
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                env=env,
                cwd=folder,
                start_new_session=True,
            )
        except BaseException:
            output.close()
            raise
        finally:
            os.close(writing)
        return cls(process, output)

    @property
    def pid(self) -> int:
        """The id of the process, of its group and of its session."""
        return self._process.pid

    async def wait(self) -> int:
        """Wait until the process ends by itself; return its exit status, or minus the signal that ended it."""
        return await self._process.wait()

    async def end(self, grace_s: float) -> None:
        """End the process and its workers: SIGTERM, `grace_s` seconds, SIGKILL."""
        self._signal(signal.SIGTERM)
        if not await self._wait_until_gone_within(grace_s):
            self._signal(signal.SIGKILL)
            await self._wait_until_gone_within(REAP_S)
        self._output.close()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    async def _wait_until_gone_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            # Not `wait_for`: before Python 3.12 it swallows a cancellation that comes with the result.
            async with asyncio.timeout(seconds):
                await self._wait_until_gone()
            return True
        return False

    async def _wait_until_gone(self) -> None:
        await self._process.wait()
        while is_group_alive(self.pid):  # noqa: ASYNC110 -- the kernel tells of a process's end, never of a group's
            await asyncio.sleep(LOOK_AGAIN_S)


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
