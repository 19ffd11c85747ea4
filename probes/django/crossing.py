"""The stage `crossing`: a hop from the event loop to a thread, or from a thread to a loop, and back.

asgiref makes all of Django's hops. A copy of its adapter carries a function that notes, on the far side, when it
began and on which thread. Stages that this function opens are inside the crossing, because asgiref copies the context
variables across.
"""

import asyncio
import copy
import functools
from collections.abc import Awaitable, Callable, Hashable
from time import time_ns
from types import FunctionType, MethodType, TracebackType
from typing import Any, NamedTuple, Self

from asgiref.sync import AsyncToSync, SyncToAsync, markcoroutinefunction

from .. import attributes
from ..asgi_call import ObservedCall
from ..failsafe import harmless, report
from ..identity import Identity, current_identity, loop_number
from ..own_cost import own_cost
from ..recording import Stage, leave
from ..stage_kinds import CROSSING, HANDLER, MIDDLEWARE
from ..stages import current_request, current_stage, enter, is_recording, stage
from ..types import Value
from ..values import FixedAttributes
from .labels import label_of
from .reason import qualified_name, reason_to_loop, reason_to_thread

CONTROL_FLOW = {"StopConsumer", "AcceptConnection", "DenyConnection"}
PLAIN_ADAPTERS = (SyncToAsync, AsyncToSync)
"""Those whose instances are their ``__dict__`` and nothing else."""
NEXT_LAYER = (MIDDLEWARE, HANDLER)
"""What a middleware calls next, by its label."""
FUNCTIONS_REMEMBERED = 512


def observe_to_thread(call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wrap `SyncToAsync.__call__`."""

    async def cross(self: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        __traceback_hide__ = True
        crossing = _open("to_thread", self.func, args)
        if crossing is None:
            return await call(self, *args, **kwargs)
        with crossing:
            return await call(_copy_with(self, "func", crossing.time_call(self.func)) or self, *args, **kwargs)

    # No coroutine of its own: where nothing is recorded the call is what it is without us.
    @functools.wraps(call)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Awaitable[Any]:
        __traceback_hide__ = True
        return cross(self, args, kwargs) if is_recording() else call(self, *args, **kwargs)

    return markcoroutinefunction(wrapper)


def observe_to_loop(call: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `AsyncToSync.__call__`."""

    @functools.wraps(call)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        crossing = _open("to_loop", self.awaitable, args) if is_recording() else None
        if crossing is None:
            return call(self, *args, **kwargs)
        with crossing:
            timed = crossing.time_async_call(self.awaitable)
            return call(_copy_with(self, "awaitable", timed) or self, *args, **kwargs)

    return wrapper


@harmless(None)
def _copy_with(adapter: Any, name: str, timed: Callable[..., Any]) -> Any:
    """Return a copy of an adapter with `timed` as its `name`; the adapter itself may be in use by other requests."""
    if type(adapter) in PLAIN_ADAPTERS:
        # What `copy.copy` does, without asking the class how: this is on the way of every crossing.
        carrier = object.__new__(type(adapter))
        vars(carrier).update(vars(adapter))
    else:
        carrier = copy.copy(adapter)  # a class of somebody else's may keep more than its `__dict__`
    setattr(carrier, name, timed)
    return carrier


def _is_control_flow(error: BaseException | None) -> bool:
    """Return whether ``error`` is how a consumer of Channels ends, accepts or denies, which is not a failure."""
    return type(error).__module__ == "channels.exceptions" and type(error).__name__ in CONTROL_FLOW


class CrossingStage(Stage):
    """One hop: opened on the near side, told by the far side when it began and ended there."""

    to_next_layer = False
    """Whether it ends the in-phase of the middleware that makes it."""
    _started_ns = 0
    _returned_ns = 0
    _back_ns = 0
    overhead_ns = 0
    """What we had taken of the request before it was opened; once it ended, what we took from there on."""
    _there: Identity | None = None
    """What runs the function on the far side."""
    _loop: int | None = None
    _is_new_loop = False

    def __enter__(self) -> Self:
        if self.to_next_layer:
            self._enter_layer()
        self._before = enter(self)
        return self

    def _enter_layer(self) -> None:
        layer = current_stage().layer
        if layer is not None:
            layer.enter_inner()
            self.layer = layer

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._returned_ns:
            self._back_ns = time_ns()
        record = self.record
        if record is not None:
            self.overhead_ns = own_cost(record.overhead_ns - self.overhead_ns, record.server)
        # As `Stage` does it: calling that costs a tenth of what a crossing takes of its request.
        before, self._before = self._before, None
        if before is not None:
            leave(before)
        self.close(None if error is None or _is_control_flow(error) else error)
        layer = self.layer
        if layer is not None:
            self.layer = None
            layer.leave_inner()

    def time_call(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that calls `function` and notes when and on which thread it runs."""

        def on_thread(*args: Any, **kwargs: Any) -> Any:
            __traceback_hide__ = True
            self._note_start()
            try:
                return function(*args, **kwargs)
            finally:
                self._returned_ns = time_ns()

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
                self._returned_ns = time_ns()

        # Called on the near side, as asgiref would; only what it returns travels.
        return lambda *args, **kwargs: on_loop(function(*args, **kwargs))

    def described(self) -> dict[str, Value]:
        described = super().described()
        if self._there is not None:
            described[attributes.CROSSING_THREAD_ID] = self._there.thread_id
            described[attributes.CROSSING_THREAD_NAME] = self._there.thread_name
            described[attributes.CROSSING_STARTED] = self._started_ns
            described[attributes.CROSSING_WAITED] = max(self._started_ns - self.start_ns, 0)
        if self._loop is not None:
            described[attributes.CROSSING_LOOP] = self._loop
            described[attributes.CROSSING_NEW_LOOP] = self._is_new_loop
        if self._returned_ns:
            described[attributes.CROSSING_RETURNED] = self._returned_ns
            described[attributes.CROSSING_RAN] = max(self._returned_ns - self._started_ns, 0)
        if self.end_ns and self.overhead_ns:
            described[attributes.OVERHEAD] = self.overhead_ns
        if self._back_ns:
            described[attributes.CROSSING_BACK] = max(self._back_ns - self._returned_ns, 0)
        return described

    def _note_start(self) -> None:
        self._started_ns = time_ns()
        try:
            self._there = current_identity()
        except Exception as problem:  # noqa: BLE001 - the wall
            report(problem)
        self._changes += 1

    @harmless(None)
    def _note_loop(self, home: asyncio.AbstractEventLoop | None) -> None:
        loop = asyncio.get_running_loop()
        self._loop, self._is_new_loop = loop_number(loop), loop is not home


class _Crossing(NamedTuple):
    """What is the same each time a function crosses."""

    reason: str
    fixed: FixedAttributes
    to_next_layer: bool


_known: dict[Hashable, _Crossing] = {}


@harmless(None)
def _open(direction: str, function: Any, arguments: tuple[Any, ...]) -> CrossingStage | None:
    """Return an open crossing, None when it is not recorded."""
    shown = _look_up(direction, function, arguments)
    record = current_request()
    overhead_ns = record.overhead_ns if record else 0
    opened = stage(CROSSING, shown.reason, fixed=shown.fixed, make=CrossingStage)
    if not isinstance(opened, CrossingStage):
        return None
    opened.overhead_ns = overhead_ns
    opened.to_next_layer = shown.to_next_layer
    return opened


def _look_up(direction: str, function: Any, arguments: tuple[Any, ...]) -> _Crossing:
    key = _key(direction, function)
    shown = None if key is None else _known.get(key)
    if shown is None:
        shown = _describe(direction, function, arguments)
        if key is not None:
            if len(_known) >= FUNCTIONS_REMEMBERED:
                _known.clear()
            _known[key] = shown
    return shown


def _key(direction: str, function: Any) -> Hashable:
    """Return what tells plain functions and methods apart, None where the call decides what is shown.

    Nothing that a request owns is remembered: of a closure its code, of a method its class.
    """
    if type(function) is FunctionType:
        return (
            None if function.__dict__ else (direction, function.__code__, function.__module__, function.__qualname__)
        )
    if type(function) is MethodType:
        method, owner = function.__func__, function.__self__
        if type(method) is FunctionType and not method.__dict__ and not isinstance(owner, ObservedCall | type):
            return direction, method, type(owner)
    return None


def _describe(direction: str, function: Any, arguments: tuple[Any, ...]) -> _Crossing:
    reason = reason_to_thread(function, arguments) if direction == "to_thread" else reason_to_loop(function)
    fixed = _write_once(direction, reason, qualified_name(function, arguments))
    return _Crossing(reason, fixed, label_of(function) in NEXT_LAYER)


@functools.lru_cache(FUNCTIONS_REMEMBERED)
def _write_once(direction: str, reason: str, function: str) -> FixedAttributes:
    return FixedAttributes(
        {
            attributes.CROSSING_DIRECTION: direction,
            attributes.CROSSING_REASON: reason,
            attributes.CROSSING_FUNCTION: function,
        }
    )
