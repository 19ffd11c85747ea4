"""The stage `view`: the project's own function, with its source, on whichever thread or loop runs it.

Every view passes through `BaseHandler.make_view_atomic` right before Django calls it or sends it to a thread.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from asgiref.sync import iscoroutinefunction

from .. import attributes
from ..failsafe import harmless
from ..source import UNKNOWN, UNKNOWN_CODE, describe_code, follow_lines
from ..stage_kinds import VIEW
from ..stages import is_recording, stage, time_awaitable
from ..types import Attributes
from ..values import FixedAttributes
from .labels import label
from .resolve import route_of
from .view_names import find_target


def observe(make_view_atomic: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `BaseHandler.make_view_atomic`, which returns the view as it is about to be called."""

    @functools.wraps(make_view_atomic)
    def wrapper(self: Any, view: Any) -> Any:
        __traceback_hide__ = True
        called = make_view_atomic(self, view)
        return (_wrap_view(called, view) if is_recording() else None) or called

    return wrapper


class _Shown(NamedTuple):
    """What is shown of a view."""

    name: str
    source: Any
    fixed: FixedAttributes


NOT_KNOWN = _Shown("view", None, UNKNOWN_CODE)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
_shown: WeakKeyDictionary[Any, dict[tuple[str, str], _Shown]] = WeakKeyDictionary()
"""What was found about each view, by HTTP method and mode; it goes with the view."""


@harmless(None)
def _wrap_view(called: Any, view: Any) -> Any:
    is_async = iscoroutinefunction(called)
    find = functools.partial(_find_shown, view, "async" if is_async else "sync")
    wrap = _wrap_async if is_async else _wrap_sync
    return label(wrap(called, find), VIEW, lambda arguments: str(find(*arguments[:1]).fixed[attributes.FUNCTION]))


def _wrap_sync(called: Callable[..., Any], find: Callable[[Any], _Shown]) -> Any:
    @functools.wraps(called)
    def wrapper(request: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        shown = find(request)
        with stage(VIEW, shown.name, _route(request), shown.fixed) as opened:
            follow_lines(opened, shown.source)
            return called(request, *args, **kwargs)

    return wrapper


def _wrap_async(called: Callable[..., Awaitable[Any]], find: Callable[[Any], _Shown]) -> Any:
    @functools.wraps(called)
    async def wrapper(request: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        shown = find(request)
        with stage(VIEW, shown.name, _route(request), shown.fixed) as opened:
            lines = follow_lines(opened, shown.source)
            return await time_awaitable(called(request, *args, **kwargs), opened, lines)

    return wrapper


@harmless(NOT_KNOWN)
def _find_shown(view: Any, mode: str, request: Any = None) -> _Shown:
    asked = getattr(request, "method", "")
    method = asked if asked in METHODS else ""
    try:
        known = _shown.setdefault(view, {})
    except TypeError:  # a view that cannot be a key, such as an instance with its own idea of equality
        known = {}
    if (method, mode) not in known:
        target = find_target(view, method)
        known[method, mode] = _Shown(
            target.short_name, target.source, describe_code(target.source, mode, target.name)
        )
    return known[method, mode]


@harmless(UNKNOWN)
def _route(request: Any) -> Attributes:
    return {attributes.ROUTE: route_of(request.resolver_match)}
