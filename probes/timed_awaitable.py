"""Drives a coroutine step by step and notes when it ran and when it was suspended.

Stands around the application under ASGI and around async views. No tracing hook is involved:
an awaitable may have its ``send`` and ``throw`` called by anybody, here by us.
"""

from collections.abc import Awaitable, Generator
from time import time_ns
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from .lines import Lines

RUNNING = "running"
SUSPENDED = "suspended"
SLICES_KEPT = 128
"""Slices recorded one by one; later ones lengthen the last."""

T_co = TypeVar("T_co", covariant=True)


class Slices:
    """When one coroutine ran: a flat list of offset and duration, in ns from ``origin_ns``."""

    __slots__ = ("_begun_ns", "flat", "merged", "origin_ns", "since_ns", "state")

    def __init__(self, origin_ns: int) -> None:
        self.origin_ns = origin_ns
        self.flat: list[int] = []
        self.merged = 0
        self.state = SUSPENDED
        self.since_ns = origin_ns
        self._begun_ns = 0

    def begin(self) -> None:
        """The coroutine is about to run."""
        self._begun_ns = self.since_ns = time_ns()
        self.state = RUNNING

    def end(self) -> None:
        """The coroutine gave the loop back."""
        self.since_ns = time_ns()
        self.state = SUSPENDED
        if len(self.flat) < 2 * SLICES_KEPT:
            self.flat += (self._begun_ns - self.origin_ns, self.since_ns - self._begun_ns)
        else:
            self.flat[-1] = self.since_ns - self.origin_ns - self.flat[-2]
            self.merged += 1


class TimedAwaitable(Awaitable[T_co], Generic[T_co]):
    """An awaitable that does what ``awaitable`` does and records each of its steps in ``slices``, and in ``lines``
    where each step ended.
    """

    __slots__ = ("_awaitable", "_lines", "_slices", "_steps")

    def __init__(self, awaitable: Awaitable[T_co], slices: Slices, lines: "Lines | None" = None) -> None:
        self._awaitable = awaitable
        self._steps = awaitable.__await__()
        self._slices = slices
        self._lines = lines
        if lines is not None:
            lines.slices = slices

    def __await__(self) -> Generator[Any, Any, T_co]:
        return self  # type: ignore[return-value]  # has every method that `await` calls

    def __iter__(self) -> "TimedAwaitable[T_co]":
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        """Run the coroutine to its next suspension."""
        self._slices.begin()
        try:
            # An iterator that is no generator, such as a Future's in older Pythons, only has next().
            return next(self._steps) if value is None else self._steps.send(value)
        finally:
            self._end_step()

    def throw(
        self,
        kind: type[BaseException] | BaseException,
        value: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> Any:
        """Run the coroutine from an exception, such as its cancellation, to its next suspension."""
        self._slices.begin()
        try:
            # The one-argument form is the only one that later Pythons do not deprecate.
            return self._steps.throw(kind if value is None else value.with_traceback(trace))
        finally:
            self._end_step()

    def _end_step(self) -> None:
        self._slices.end()
        if self._lines is not None:
            self._lines.suspended(self._awaitable)

    def close(self) -> None:
        """End the coroutine, as the interpreter does with one that is thrown away."""
        self._steps.close()
