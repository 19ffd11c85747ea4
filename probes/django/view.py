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
from ..recording import Attributes
from ..source import UNKNOWN, follow_lines, source_of
from ..stage_kinds import VIEW
from ..stages import driven, is_recording, stage
from . import labels
from .resolve import route_of


def observe(make_view_atomic: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `BaseHandler.make_view_atomic`, which returns the view as it is about to be called."""

    @functools.wraps(make_view_atomic)
    def observed(self: Any, view: Any) -> Any:
        called = make_view_atomic(self, view)
        return (_observed_view(called, view) if is_recording() else None) or called

    return observed


@harmless(None)
def _observed_view(called: Any, view: Any) -> Any:
    is_async = iscoroutinefunction(called)
    source = written(view)
    described = {attributes.MODE: "async" if is_async else "sync", **description(source)}
    around = _around_async if is_async else _around
    return labels.label(around(called, source, described), labels.VIEW)


def _around(called: Callable[..., Any], source: Any, described: Attributes) -> Any:
    @functools.wraps(called)
    def observed(request: Any, *args: Any, **kwargs: Any) -> Any:
        with stage(VIEW, _name(described), {**described, **_route(request)}) as opened:
            follow_lines(opened, source)
            return called(request, *args, **kwargs)

    return observed


def _around_async(called: Callable[..., Awaitable[Any]], source: Any, described: Attributes) -> Any:
    @functools.wraps(called)
    async def observed(request: Any, *args: Any, **kwargs: Any) -> Any:
        with stage(VIEW, _name(described), {**described, **_route(request)}) as opened:
            follow_lines(opened, source)
            return await driven(called(request, *args, **kwargs), opened)

    return observed


def _name(described: Attributes) -> str:
    return str(described.get(attributes.FUNCTION, "view")).rpartition(".")[2]


@harmless(UNKNOWN)
def _route(request: Any) -> Attributes:
    return {attributes.ROUTE: route_of(request.resolver_match)}


def written(view: Any) -> Any:
    """Return what the project wrote: a view's class when it is class-based, else its function without decorators."""
    source = getattr(view, "view_class", None) or inspect.unwrap(view)
    while isinstance(source, functools.partial):
        source = inspect.unwrap(source.func)
    return source if hasattr(source, "__qualname__") else type(source)


@harmless(UNKNOWN)
def description(written: Any) -> Attributes:
    """Return name, file, line and text of a function or class."""
    return {attributes.FUNCTION: f"{written.__module__}.{written.__qualname__}", **source_of(written)}
