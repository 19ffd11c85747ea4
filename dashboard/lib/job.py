"""Work that goes on by itself and can be ended at any time."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Job:
    """A task that is begun at once. However soon it is stopped, what it does in its `finally` is done."""

    def __init__(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._task = asyncio.create_task(work, name=name)

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it is left to do."""
        return self._task.done()

    async def wait(self) -> None:
        """Wait until it has ended, however it did. A waiter that is cancelled leaves it alone."""
        await asyncio.wait({self._task})

    async def cancel(self) -> None:
        """Ask it to end. It may still have to put things in order; `wait` waits for that."""
        # A task that is cancelled before its first step never reaches the cleaning at its end.
        await asyncio.sleep(0)
        self._task.cancel()

    async def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        await self.cancel()
        await self.wait()
