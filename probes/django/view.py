"""The stage `view`: the project's own function, with its source, on whichever thread or loop runs it.

Every view passes through `BaseHandler.make_view_atomic` right before Django calls it or sends it to a thread.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction

from .. import attributes
from ..failsafe import harmless
from ..source import UNKNOWN, describe_code, follow_lines
from ..stage_kinds import VIEW
from ..stages import is_recording, stage, time_awaitable
from ..types import Attributes
from ..values import FixedAttributes
from .labels import label
from .resolve import route_of


def observe(make_view_atomic: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `BaseHandler.make_view_atomic`, which returns the view as it is about to be called."""

    @functools.wraps(make_view_atomic)
    def wrapper(self: Any, view: Any) -> Any:
        __traceback_hide__ = True
        called = make_view_atomic(self, view)
        return (_wrap_view(called, view) if is_recording() else None) or called

    return wrapper


@harmless(None)
def _wrap_view(called: Any, view: Any) -> Any:
    is_async = iscoroutinefunction(called)
    source = unwrap_view(view)
    fixed = describe_code(source, "async" if is_async else "sync")
    wrap = _wrap_async if is_async else _wrap_sync
    return label(wrap(called, source, fixed), VIEW)


def _wrap_sync(called: Callable[..., Any], source: Any, fixed: FixedAttributes) -> Any:
    @functools.wraps(called)
    def wrapper(request: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        with stage(VIEW, _name(fixed), _route(request), fixed) as opened:
            follow_lines(opened, source)
            return called(request, *args, **kwargs)

    return wrapper


def _wrap_async(called: Callable[..., Awaitable[Any]], source: Any, fixed: FixedAttributes) -> Any:
    @functools.wraps(called)
    async def wrapper(request: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        with stage(VIEW, _name(fixed), _route(request), fixed) as opened:
            lines = follow_lines(opened, source)
            return await time_awaitable(called(request, *args, **kwargs), opened, lines)

    return wrapper


def _name(fixed: FixedAttributes) -> str:
    return str(fixed.get(attributes.FUNCTION, "view")).rpartition(".")[2]


@harmless(UNKNOWN)
def _route(request: Any) -> Attributes:
    return {attributes.ROUTE: route_of(request.resolver_match)}


def unwrap_view(view: Any) -> Any:
    """Return what the project wrote: the class of a class-based view, otherwise the function without decorators."""
    source = getattr(view, "view_class", None) or inspect.unwrap(view)
    while isinstance(source, functools.partial):
        source = inspect.unwrap(source.func)
    return source if hasattr(source, "__qualname__") else type(source)
