"""Why a call crosses between an event loop and a thread, in the terms of the lessons.

Derived from the function that crosses, which is all that asgiref knows about it.
"""

import functools
from collections.abc import Mapping
from typing import Any

from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin
from django.core.handlers.base import BaseHandler
from django.db.models import Manager, Model, QuerySet
from django.http.response import HttpResponseBase

from ..asgi_call import ObservedCall
from ..failsafe import harmless
from ..stage_kinds import HANDLER, MIDDLEWARE, VIEW, StageKind
from ..websocket import ObservedSocket
from .labels import label_of, name_behind
from .view_names import name_callable

APPLICATION = "application"
"""The reason of a crossing that the project, or one of its libraries, asked for."""

TO_THREAD = {VIEW: "sync view", MIDDLEWARE: "sync middleware"}
TO_LOOP = {VIEW: "async view", MIDDLEWARE: "async middleware", HANDLER: "async handler"}

BY_PACKAGE = {
    "django.dispatch.": "signal receiver",
    "django.db.": "ORM",
    "channels.consumer.": "sync consumer",
    "channels.layers.": "channel layer",
    "channels_redis.": "channel layer",
    f"{ObservedSocket.__module__}.": "sync consumer",  # what a consumer sends passes through our own function
}
"""The reason of a crossing, by the module of the function that crosses."""

EXCEPTION_HANDLING = {"response_for_exception", "process_exception_by_middleware", "log_response"}


@harmless(APPLICATION)
def reason_to_thread(function: Any, args: tuple[Any, ...]) -> str:
    """Return why `function` is sent from the loop to a thread."""
    function = _unwrap_partial(function)
    owner = getattr(function, "__self__", None)
    return (
        _reason_by_label(function, TO_THREAD)
        or _reason_by_module(function)
        or _reason_by_owner(owner, function)
        or ("streaming body" if function is list and args and isinstance(args[0], map) else APPLICATION)
    )


@harmless(APPLICATION)
def reason_to_loop(function: Any) -> str:
    """Return why `function` is sent from a thread to a loop."""
    function = _unwrap_partial(function)
    return _reason_by_label(function, TO_LOOP) or _reason_by_module(function) or APPLICATION


@harmless("function")
def qualified_name(function: Any, arguments: tuple[Any, ...] = ()) -> str:
    """Return the dotted name of what crosses: the project's, the framework's or the server's, never one of ours."""
    function = _unwrap_partial(function)
    owner = getattr(function, "__self__", None)
    if isinstance(owner, ObservedCall):
        function = getattr(owner, f"_{function.__name__}")
    return name_behind(function, arguments) or name_callable(function)


def _unwrap_partial(function: Any) -> Any:
    while isinstance(function, functools.partial):
        function = function.func
    return function


def _reason_by_label(function: Any, reasons: Mapping[StageKind, str]) -> str:
    kind = label_of(function)
    return "" if kind is None else reasons.get(kind, "")


def _reason_by_module(function: Any) -> str:
    module = getattr(function, "__module__", None) or ""
    if getattr(function, "__name__", "") in EXCEPTION_HANDLING and module.startswith("django."):
        return "exception handling"
    if module == "django.http.response" and getattr(function, "__name__", "") == "to_list":
        return "streaming body"
    return next((reason for package, reason in BY_PACKAGE.items() if f"{module}.".startswith(package)), "")


def _reason_by_owner(owner: Any, function: Any) -> str:
    if isinstance(owner, HttpResponseBase):
        return "response close" if function.__name__ == "close" else "template response"
    if isinstance(owner, Model | Manager | QuerySet):
        return "ORM"
    if isinstance(owner, BaseHandler):
        return "static files" if isinstance(owner, StaticFilesHandlerMixin) else APPLICATION
    return "sync middleware" if hasattr(owner, "get_response") else ""
