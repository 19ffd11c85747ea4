"""Keeps a reaper process running for as long as the supervisor lives; see `reaper_process` for why it exists."""

import asyncio
import os
import sys
from contextlib import suppress

from dashboard.fleet.processes.guard import TAG_VARIABLE
from dashboard.lib.installation import ROOT

RESTART_S = 0.2
END_S = 3.0


class Reaper:
    """Starts the reaper process, and a new one when it died. Its standard input is the pipe to this process."""

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self._process: asyncio.subprocess.Process | None = None
        self._life: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the present reaper process."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Return when the reaper process has been started; no server may run without it."""
        if self._life is None:
            self._process = await self._spawn()
            self._life = asyncio.create_task(self._keep(self._process), name="keep reaper")

    async def close(self) -> None:
        """Let the reaper process go; it looks once more for processes of this fleet, then exits."""
        if self._life is None or self._process is None:
            return
        self._life.cancel()
        await asyncio.wait({self._life})
        self._life = None
        _let_go(self._process)
        with suppress(TimeoutError):
            async with asyncio.timeout(END_S):
                await self._process.wait()

    async def _keep(self, process: asyncio.subprocess.Process) -> None:
        while True:
            await process.wait()
            _let_go(process)
            await asyncio.sleep(RESTART_S)
            process = self._process = await self._spawn()

    async def _spawn(self) -> asyncio.subprocess.Process:
        # Without the tag, or a sweep would end the reaper itself.
        environment = {name: value for name, value in os.environ.items() if name != TAG_VARIABLE}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "dashboard.fleet.processes.reaper_process", self._tag),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            env=environment,
            cwd=ROOT,
            start_new_session=True,
        )


def _let_go(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
