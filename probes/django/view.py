"""The stage `view`: the project's own function, with its source, on whichever thread or loop runs it.

Every view passes through `BaseHandler.make_view_atomic` right before Django calls it or sends it to a thread.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction

from probes import attributes as common
from probes.django import attributes, marks
from probes.django.resolve import route_of
from probes.django.shown import stages_are_shown
from probes.failsafe import harmless
from probes.recording import Attributes
from probes.stages import driven, stage

LINES_SHOWN = 40
BYTES_SHOWN = 2048
VIEWS_REMEMBERED = 512

UNKNOWN: Attributes = {}


def observe(make_view_atomic: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `BaseHandler.make_view_atomic`, which returns the view as it is about to be called."""

    @functools.wraps(make_view_atomic)
    def observed(self: Any, view: Any) -> Any:
        called = make_view_atomic(self, view)
        return (_observed_view(called, view) if stages_are_shown() else None) or called

    return observed


@harmless(None)
def _observed_view(called: Any, view: Any) -> Any:
    is_async = iscoroutinefunction(called)
    described = {attributes.MODE: "async" if is_async else "sync", **description(view)}
    name = str(described.get(attributes.FUNCTION, "view")).rpartition(".")[2]
    around = _around_async if is_async else _around
    return marks.mark(around(called, name, described), marks.VIEW)


def _around(called: Callable[..., Any], name: str, described: Attributes) -> Any:
    @functools.wraps(called)
    def observed(request: Any, *args: Any, **kwargs: Any) -> Any:
        with stage("view", name, {**described, **_route(request)}):
            return called(request, *args, **kwargs)

    return observed


def _around_async(called: Callable[..., Awaitable[Any]], name: str, described: Attributes) -> Any:
    @functools.wraps(called)
    async def observed(request: Any, *args: Any, **kwargs: Any) -> Any:
        with stage("view", name, {**described, **_route(request)}) as opened:
            return await driven(called(request, *args, **kwargs), opened)

    return observed


@harmless(UNKNOWN)
def _route(request: Any) -> Attributes:
    return {common.ROUTE: route_of(request.resolver_match)}


@harmless(UNKNOWN)
def description(view: Any) -> Attributes:
    """Return name, file, line and source text of a view: of its class when it is class-based, without decorators."""
    written = getattr(view, "view_class", None) or inspect.unwrap(view)
    while isinstance(written, functools.partial):
        written = inspect.unwrap(written.func)
    return _described(written)


@functools.lru_cache(maxsize=VIEWS_REMEMBERED)
def _described(written: Any) -> Attributes:
    """Read the source once; it does not change while the process runs."""
    named = written if hasattr(written, "__qualname__") else type(written)
    described: dict[str, str | int] = {attributes.FUNCTION: f"{named.__module__}.{named.__qualname__}"}
    try:
        lines, first_line = inspect.getsourcelines(named)
    except (OSError, TypeError):  # built in, compiled, or made by exec
        return described
    described[attributes.FILE] = inspect.getfile(named)
    described[attributes.LINE] = first_line
    described[attributes.CODE] = _shortened(lines)
    return described


def _shortened(lines: list[str]) -> str:
    text = "".join(lines[:LINES_SHOWN]).rstrip()
    return text.encode()[:BYTES_SHOWN].decode(errors="ignore")
