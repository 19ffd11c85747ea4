"""Drives a coroutine step by step and notes when it ran and when it was suspended.

Wraps the application under ASGI and async views. No tracing hook is involved: anyone may call the ``send`` and
``throw`` of an awaitable's iterator, here it is us.
"""

from collections.abc import Awaitable, Callable, Generator
from time import time_ns
from types import TracebackType
from typing import Any, Generic, TypeVar

from . import attributes
from .types import Value

RUNNING = "running"
SUSPENDED = "suspended"
SLICES_KEPT = 128
"""Slices recorded one by one; later ones extend the last."""

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

    @property
    def revision(self) -> str:
        """The state: viewers of an open stage see the coroutine start and stop, not every slice."""
        return self.state

    def begin(self) -> None:
        """Note that the coroutine is about to run."""
        self._begun_ns = self.since_ns = max(time_ns(), self.since_ns)
        self.state = RUNNING

    def end(self) -> None:
        """Note that the coroutine gave control back to the loop. A clock that is set back makes no time negative."""
        self.since_ns = max(time_ns(), self._begun_ns)
        self.state = SUSPENDED
        if len(self.flat) < 2 * SLICES_KEPT:
            self.flat += (self._begun_ns - self.origin_ns, self.since_ns - self._begun_ns)
        else:
            self.flat[-1] = self.since_ns - self.origin_ns - self.flat[-2]
            self.merged += 1

    def finish(self) -> None:
        """Do nothing: a slice that is being recorded is not over before the coroutine gives control back."""

    def attributes(self, *, final: bool) -> dict[str, Value]:
        """Return the slices so far and, unless ``final``, the state that the coroutine is in."""
        described: dict[str, Value] = {attributes.SLICES: tuple(self.flat)}
        if self.merged or not final:
            described[attributes.SLICES_MERGED] = self.merged
        if not final:
            described[attributes.STATE] = self.state
            described[attributes.STATE_SINCE] = self.since_ns
        return described


class TimedAwaitable(Awaitable[T_co], Generic[T_co]):
    """An awaitable that behaves like ``awaitable`` and records each of its steps in ``slices``.

    ``on_suspend`` is called with ``awaitable`` after each step.
    """

    __slots__ = ("_awaitable", "_on_suspend", "_slices", "_steps")

    def __init__(
        self, awaitable: Awaitable[T_co], slices: Slices, on_suspend: Callable[[Any], object] | None = None
    ) -> None:
        self._awaitable = awaitable
        self._steps = awaitable.__await__()
        self._slices = slices
        self._on_suspend = on_suspend

    def __await__(self) -> Generator[Any, Any, T_co]:
        return self  # type: ignore[return-value]  # has every method that `await` calls

    def __iter__(self) -> "TimedAwaitable[T_co]":
        return self

    def __next__(self) -> Any:
        __traceback_hide__ = True
        return self.send(None)

    def send(self, value: Any) -> Any:
        """Run the coroutine to its next suspension."""
        __traceback_hide__ = True
        self._slices.begin()
        try:
            # An iterator that is not a generator, such as a Future's in older Pythons, only has __next__().
            return next(self._steps) if value is None else self._steps.send(value)
        finally:
            self._end_step()

    def throw(
        self,
        kind: type[BaseException] | BaseException,
        value: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> Any:
        """Raise an exception, such as a cancellation, in the coroutine and run it to its next suspension."""
        __traceback_hide__ = True
        self._slices.begin()
        try:
            # Later Pythons deprecate all but the one-argument form.
            return self._steps.throw(kind if value is None else value.with_traceback(trace))
        finally:
            self._end_step()

    def _end_step(self) -> None:
        self._slices.end()
        if self._on_suspend is not None:
            self._on_suspend(self._awaitable)

    def close(self) -> None:
        """Close the coroutine, as the interpreter does with one that is discarded."""
        __traceback_hide__ = True
        self._steps.close()
