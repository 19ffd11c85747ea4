"""The stage `middleware`: one for each, with the time before it called the next and after it had the response.

Django passes every middleware, and finally its innermost handler, to `convert_exception_to_response` when it builds
the chain; there each is wrapped once for the life of the process.
"""

import functools
import inspect
from collections.abc import Callable
from time import perf_counter_ns
from types import TracebackType
from typing import Any, Self

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.handlers.base import BaseHandler

from .. import attributes
from ..failsafe import harmless
from ..recording import NO_STAGE, Stage
from ..source import source_of
from ..stage_kinds import HANDLER, MIDDLEWARE
from ..stages import current_stage, is_recording, stage
from ..types import Attributes, Value
from ..values import FixedAttributes
from .labels import label
from .view_names import name_callable

LINES_SHOWN = 12
"""Lines of code sent for a middleware: fewer than for a view, since every request has many."""
OLD_STYLE = ("process_request", "process_view", "process_response")
INNERMOST = {"_get_response", "_get_response_async"}


def observe(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Wrap `convert_exception_to_response` as Django's handlers use it."""

    @functools.wraps(convert)
    def wrapper(get_response: Any) -> Any:
        __traceback_hide__ = True
        return convert(_wrap_layer(get_response) or get_response)

    return wrapper


class MiddlewareStage(Stage):
    """One call of one middleware; the next layer tells it when it is entered and left."""

    _left = 0
    _inner_began = 0
    _inner_ended = 0
    """Moments of ``perf_counter_ns``; 0 for what has not happened."""

    def __enter__(self) -> Self:
        self._began = perf_counter_ns()
        return super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left = perf_counter_ns()
        super().__exit__(kind, error, trace)

    @property
    def layer(self) -> Self:  # type: ignore[override]  # an attribute would be a cycle, which waits for the collector
        return self

    def enter_inner(self) -> None:
        """Note that the next callable is entered; if it is called again, the first time counts."""
        if not self._inner_began:
            self._inner_began = perf_counter_ns()
            self._changes += 1

    def leave_inner(self) -> None:
        """Note that the next callable has returned; the last time counts."""
        self._inner_ended = perf_counter_ns()
        self._changes += 1

    def described(self) -> dict[str, Value]:
        described = super().described()
        phase = "out" if self._inner_ended else "inner" if self._inner_began else "in"
        described[attributes.PHASE] = phase
        if self._left:
            # A middleware that responded by itself was in its in-phase all the time.
            described[attributes.IN] = (self._inner_began or self._left) - self._began
            if self._inner_ended:
                described[attributes.OUT] = self._left - self._inner_ended
        return described


@harmless(None)
def _wrap_layer(called: Any) -> Any:
    """Return `called` with a stage around each call, sync or async as it is."""
    # Some middlewares have an `async def __call__` without declaring it; Django takes them for sync, and so must we.
    declares_async = iscoroutinefunction(called)
    is_async = declares_async or iscoroutinefunction(type(called).__call__)
    innermost = _is_innermost(called)
    open_layer = _no_stage if innermost else _open_stage(called, "async" if is_async else "sync")
    observed = _wrap_async(called, open_layer) if is_async else _wrap_sync(called, open_layer)
    if declares_async:
        markcoroutinefunction(observed)
    name = name_callable(called) if innermost else dotted_name(called)
    return label(observed, HANDLER if innermost else MIDDLEWARE, lambda _arguments: name)


def _no_stage() -> Stage:
    """Return what is opened for Django's innermost handler: it has no stage, but tells the last middleware."""
    return NO_STAGE


def _open_stage(called: Any, mode: str) -> Callable[[], Stage]:
    name = dotted_name(called)
    short_name = name.rpartition(".")[2]
    find_source = functools.partial(_find_source, called)
    # The source is read by the process that sends it: the chain may be built in one that only forks the workers.
    fixed = FixedAttributes({attributes.FUNCTION: name, attributes.MODE: mode}, find_source)
    return functools.partial(stage, MIDDLEWARE, short_name, fixed=fixed, make=MiddlewareStage)


def _find_source(called: Any) -> Attributes:
    return source_of(_find_code(called), LINES_SHOWN)


@harmless(None)
def _find_code(called: Any) -> Any:
    """Return the function that does the work of a middleware: for the old style, the first of its hooks."""
    if not hasattr(called, "__qualname__"):
        own = type(called)
        called = next((getattr(own, name) for name in OLD_STYLE if hasattr(own, name)), own.__call__)
    return inspect.unwrap(called)


def _wrap_sync(called: Any, open_layer: Callable[[], Stage]) -> Any:
    @functools.wraps(called)
    def wrapper(request: Any) -> Any:
        __traceback_hide__ = True
        if not is_recording():
            return called(request)
        outer = current_stage().layer
        if outer is not None:
            outer.enter_inner()
        try:
            with open_layer():
                return called(request)
        finally:
            if outer is not None:
                outer.leave_inner()

    return wrapper


def _wrap_async(called: Any, open_layer: Callable[[], Stage]) -> Any:
    async def pass_through(request: Any) -> Any:
        __traceback_hide__ = True
        outer = current_stage().layer
        if outer is not None:
            outer.enter_inner()
        try:
            with open_layer():
                return await called(request)
        finally:
            if outer is not None:
                outer.leave_inner()

    # No coroutine of its own: where nothing is recorded the call is what it is without us.
    @functools.wraps(called)
    def wrapper(request: Any) -> Any:
        __traceback_hide__ = True
        return pass_through(request) if is_recording() else called(request)

    return wrapper


def _is_innermost(called: Any) -> bool:
    return isinstance(getattr(called, "__self__", None), BaseHandler) and called.__name__ in INNERMOST


def dotted_name(called: Any) -> str:
    """Return the path of a middleware as in settings: its class, or the factory that made the function."""
    named = called if hasattr(called, "__qualname__") else type(called)
    return f"{named.__module__}.{named.__qualname__.partition('.<locals>')[0]}"
