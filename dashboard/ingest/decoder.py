"""Decodes bodies one at a time, so that any number of senders leaves the event loop its share of the interpreter.

Several decoding threads would take turns with the loop and leave it one turn in so many. What waits is counted in
bytes: they say how much work there is, which a number of requests does not.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import overloaded

T = TypeVar("T")


class Decoder:
    """The one decoding thread, and the bytes of all bodies that are complete but not dealt with yet."""

    def __init__(self, limits: IngestLimits) -> None:
        self._limits = limits
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="decoder")
        self.waiting_bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether a further body would be refused."""
        return self.waiting_bytes >= self._limits.waiting_bytes

    @asynccontextmanager
    async def place(self, size: int) -> AsyncIterator[None]:
        """Count a body until the end of the block; `size` is in bytes. Raise RequestRefusedError (503) when full."""
        if self.is_full:
            raise overloaded(self._limits.retry_after_s)
        counted = max(size, self._limits.least_bytes)
        self.waiting_bytes += counted
        try:
            yield
        finally:
            self.waiting_bytes -= counted

    async def run(self, work: Callable[[], T]) -> T:
        """Return what `work` returns, once it had its turn on the thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
