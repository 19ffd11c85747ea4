"""The stage `middleware`: one for each, with the time before it called the next and after it had the response.

Django passes every middleware, and finally its innermost handler, to `convert_exception_to_response` when it builds
the chain; there each is wrapped once for the life of the process.
"""

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from time import perf_counter_ns
from types import TracebackType
from typing import Any, Self

from asgiref.sync import iscoroutinefunction
from django.core.handlers.base import BaseHandler

from .. import attributes
from ..failsafe import harmless
from ..recording import NO_STAGE, Stage
from ..source import source_of
from ..stage_kinds import HANDLER, MIDDLEWARE
from ..stages import is_recording, stage
from ..types import Attributes
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


def current_layer() -> "Layer | None":
    """Return the middleware that is being called here, if any."""
    return _current.get()


class Layer:
    """One call of one middleware: opens its stage; the next layer tells it when it is entered and left."""

    __slots__ = ("_began_ns", "_inner_began_ns", "_inner_ended_ns", "_outer", "_stage", "opened")

    def __init__(self, name: str, fixed: FixedAttributes) -> None:
        self._stage = stage(MIDDLEWARE, name, {attributes.PHASE: "in"}, fixed)
        self._outer = _current.get()
        self.opened: Stage = NO_STAGE
        self._began_ns = self._inner_began_ns = self._inner_ended_ns = 0

    def __enter__(self) -> Self:
        if self._outer is not None:
            self._outer.enter_inner()
        self.opened = self._stage.__enter__()
        self._began_ns = perf_counter_ns()
        _current.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Set, not reset: a token is valid only in the context that made it, and a crossing copies contexts.
        _current.set(self._outer)
        self._describe()
        self._stage.__exit__(kind, error, trace)
        if self._outer is not None:
            self._outer.leave_inner()

    def enter_inner(self) -> None:
        """Note that the next callable is entered; if it is called again, the first time counts."""
        if not self._inner_began_ns:
            self._inner_began_ns = perf_counter_ns()
            self.opened.set_live(attributes.PHASE, "inner")

    def leave_inner(self) -> None:
        """Note that the next callable has returned; the last time counts."""
        self._inner_ended_ns = perf_counter_ns()
        self.opened.set_live(attributes.PHASE, "out")

    def _describe(self) -> None:
        now = perf_counter_ns()
        # A middleware that responded by itself was in its in-phase all the time.
        took = {attributes.IN: (self._inner_began_ns or now) - self._began_ns}
        if self._inner_ended_ns:
            took[attributes.OUT] = now - self._inner_ended_ns
        self.opened.update(took)


_current: ContextVar[Layer | None] = ContextVar("gatescope_layer", default=None)


class _Innermost:
    """One call of Django's innermost handler: it has no stage, but tells the last middleware about itself."""

    __slots__ = ("_outer",)

    def __enter__(self) -> None:
        self._outer = _current.get()
        if self._outer is not None:
            self._outer.enter_inner()
            # What the view calls belongs to no middleware.
            _current.set(None)

    def __exit__(self, *_error: object) -> None:
        if self._outer is not None:
            _current.set(self._outer)
            self._outer.leave_inner()


@harmless(None)
def _wrap_layer(called: Any) -> Any:
    """Return `called` with a stage around each call, sync or async as it is."""
    # Some middlewares have an `async def __call__` without declaring it; Django takes them for sync, and so must we.
    declares_async = iscoroutinefunction(called)
    is_async = declares_async or iscoroutinefunction(type(called).__call__)
    innermost = _is_innermost(called)
    new_call = _Innermost if innermost else _new_layer(called, "async" if is_async else "sync")
    observed = _wrap_async(called, new_call) if is_async else _wrap_sync(called, new_call)
    if is_async and not declares_async:
        observed = _hide_coroutine(observed)
    name = name_callable(called) if innermost else dotted_name(called)
    return label(observed, HANDLER if innermost else MIDDLEWARE, lambda _arguments: name)


def _new_layer(called: Any, mode: str) -> Callable[[], Layer]:
    name = dotted_name(called)

    short_name = name.rpartition(".")[2]
    find_source = functools.partial(_find_source, called)
    # The source is read by the process that sends it: the chain may be built in one that only forks the workers.
    fixed = FixedAttributes({attributes.FUNCTION: name, attributes.MODE: mode}, find_source)
    return lambda: Layer(short_name, fixed)


def _find_source(called: Any) -> Attributes:
    return source_of(_find_code(called), LINES_SHOWN)


@harmless(None)
def _find_code(called: Any) -> Any:
    """Return the function that does the work of a middleware: for the old style, the first of its hooks."""
    if not hasattr(called, "__qualname__"):
        own = type(called)
        called = next((getattr(own, name) for name in OLD_STYLE if hasattr(own, name)), own.__call__)
    return inspect.unwrap(called)


def _wrap_sync(called: Any, new_call: Callable[[], Any]) -> Any:
    @functools.wraps(called)
    def wrapper(request: Any) -> Any:
        __traceback_hide__ = True
        if not is_recording():
            return called(request)
        with new_call():
            return called(request)

    return wrapper


def _wrap_async(called: Any, new_call: Callable[[], Any]) -> Any:
    @functools.wraps(called)
    async def wrapper(request: Any) -> Any:
        __traceback_hide__ = True
        if not is_recording():
            return await called(request)
        with new_call():
            return await called(request)

    return wrapper


def _hide_coroutine(observed: Any) -> Any:
    @functools.wraps(observed)
    def wrapper(request: Any) -> Any:
        __traceback_hide__ = True
        return observed(request)

    return wrapper


def _is_innermost(called: Any) -> bool:
    return isinstance(getattr(called, "__self__", None), BaseHandler) and called.__name__ in INNERMOST


def dotted_name(called: Any) -> str:
    """Return the path of a middleware as in settings: its class, or the factory that made the function."""
    named = called if hasattr(called, "__qualname__") else type(called)
    return f"{named.__module__}.{named.__qualname__.partition('.<locals>')[0]}"
