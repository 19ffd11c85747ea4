"""The stage `crossing`: a hop from the event loop to a thread, or from a thread to a loop, and back.

asgiref makes all of Django's hops. A copy of its adapter carries a function that notes, on the far side, when it
began and on which thread. Stages that this function opens are inside the crossing, because asgiref copies the context
variables across.
"""

import asyncio
import copy
import functools
from collections.abc import Awaitable, Callable
from time import time_ns
from types import TracebackType
from typing import Any, Self

from asgiref.sync import SyncToAsync

from .. import attributes
from ..failsafe import harmless
from ..identity import current_identity, loop_number
from ..own_cost import own_cost
from ..recording import NO_STAGE, Stage
from ..stage_kinds import CROSSING, HANDLER, MIDDLEWARE
from ..stages import is_recording, stage
from .labels import label_of
from .middleware import current_layer
from .reason import qualified_name, reason_to_loop, reason_to_thread

CONTROL_FLOW = {"StopConsumer", "AcceptConnection", "DenyConnection"}


def observe_to_thread(call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wrap `SyncToAsync.__call__`."""

    @functools.wraps(call)
    async def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        if not is_recording():
            return await call(self, *args, **kwargs)
        with _Crossing("to_thread", self.func, reason_to_thread(self.func, args), args) as crossing:
            return await call(_copy_with(self, "func", crossing.time_call(self.func)) or self, *args, **kwargs)

    return wrapper


def observe_to_loop(call: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `AsyncToSync.__call__`."""

    @functools.wraps(call)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        if not is_recording():
            return call(self, *args, **kwargs)
        with _Crossing("to_loop", self.awaitable, reason_to_loop(self.awaitable), args) as crossing:
            timed = crossing.time_async_call(self.awaitable)
            return call(_copy_with(self, "awaitable", timed) or self, *args, **kwargs)

    return wrapper


@harmless(None)
def _copy_with(adapter: Any, name: str, timed: Callable[..., Any]) -> Any:
    """Return a copy of an adapter with `timed` as its `name`; the adapter itself may be in use by other requests."""
    carrier = copy.copy(adapter)
    setattr(carrier, name, timed)
    return carrier


def _is_control_flow(error: BaseException | None) -> bool:
    """Return whether ``error`` is how a consumer of Channels ends, accepts or denies, which is not a failure."""
    return type(error).__module__ == "channels.exceptions" and type(error).__name__ in CONTROL_FLOW


class _Crossing:
    """One hop: its stage on the near side, its clock on the far side."""

    __slots__ = ("_layer", "_opened", "_overhead_ns", "_returned_ns", "_stage", "_started_ns")

    def __init__(self, direction: str, function: Any, reason: str, arguments: tuple[Any, ...]) -> None:
        described = {
            attributes.CROSSING_DIRECTION: direction,
            attributes.CROSSING_REASON: reason,
            attributes.CROSSING_FUNCTION: qualified_name(function, arguments),
        }
        self._stage = stage(CROSSING, reason, described)
        # A hop to the next layer ends the in-phase of the middleware that makes it.
        self._layer = current_layer() if label_of(function) in {MIDDLEWARE, HANDLER} else None
        self._opened: Stage = NO_STAGE
        self._started_ns = self._returned_ns = self._overhead_ns = 0

    def __enter__(self) -> Self:
        if self._layer is not None:
            self._layer.enter_inner()
        self._opened = self._stage.__enter__()
        if self._opened.record is not None:
            self._overhead_ns = self._opened.record.overhead_ns
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._note_end()
        self._stage.__exit__(kind, None if _is_control_flow(error) else error, trace)
        if self._layer is not None:
            self._layer.leave_inner()

    def time_call(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that calls `function` and notes when and on which thread it runs."""

        def on_thread(*args: Any, **kwargs: Any) -> Any:
            __traceback_hide__ = True
            self._note_start()
            try:
                return function(*args, **kwargs)
            finally:
                self._note_return()

        return on_thread

    def time_async_call(self, function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """Return a function that calls `function` and notes when and on which loop its coroutine runs."""
        # What asgiref itself checks to decide whether this thread was started from a loop.
        home = getattr(SyncToAsync.threadlocal, "main_event_loop", None)

        async def on_loop(awaitable: Awaitable[Any]) -> Any:
            __traceback_hide__ = True
            self._note_start()
            self._note_loop(home)
            try:
                return await awaitable
            finally:
                self._note_return()

        # Called on the near side, as asgiref would; only what it returns travels.
        return lambda *args, **kwargs: on_loop(function(*args, **kwargs))

    @harmless(None)
    def _note_start(self) -> None:
        self._started_ns = time_ns()
        here = current_identity()
        self._opened.update(
            {
                attributes.CROSSING_THREAD_ID: here.thread_id,
                attributes.CROSSING_THREAD_NAME: here.thread_name,
                attributes.CROSSING_WAITED: max(self._started_ns - self._opened.start_ns, 0),
            }
        )
        self._opened.set_live(attributes.CROSSING_STARTED, self._started_ns)

    @harmless(None)
    def _note_end(self) -> None:
        """Note the way back, and what we took of the request from one end of the crossing to the other."""
        record = self._opened.record
        described = {}
        if self._returned_ns:
            described[attributes.CROSSING_BACK] = max(time_ns() - self._returned_ns, 0)
        if record is not None:
            described[attributes.OVERHEAD] = own_cost(record.overhead_ns - self._overhead_ns, record.server)
        self._opened.update(described)

    @harmless(None)
    def _note_loop(self, home: asyncio.AbstractEventLoop | None) -> None:
        loop = asyncio.get_running_loop()
        self._opened.update(
            {attributes.CROSSING_LOOP: loop_number(loop), attributes.CROSSING_NEW_LOOP: loop is not home}
        )

    @harmless(None)
    def _note_return(self) -> None:
        self._returned_ns = time_ns()
        self._opened.update(
            {
                attributes.CROSSING_RETURNED: self._returned_ns,
                attributes.CROSSING_RAN: max(self._returned_ns - self._started_ns, 0),
            }
        )
