"""Where servers take the application that they are going to call, and what frameworks are called by.

A server's entry makes any application visible. A framework's own makes it so under servers that are not known here,
and in tests that call it without a server. Whichever comes second finds that the request is observed already.
"""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ..patches import Patch, apply
from . import loading

Wrap = Callable[[Any], Any]


class Entry(NamedTuple):
    """What is not shown without a patch in here; the stages themselves are not loaded yet."""

    name: str


ENTRY = Entry("server")


def wsgi(application: Any) -> Any:
    """Return a WSGI application, observed; the same where it cannot be."""
    if application is None or not loading.are_loaded():
        return application
    return loading.module("wsgi").WSGIProbe(application)


def asgi(application: Any) -> Any:
    """Return an ASGI application (of version 3), observed; the same where it cannot be."""
    if application is None or not loading.are_loaded():
        return application
    return loading.module("asgi").ASGIProbe(application)


def observe(name: str) -> None:
    """Patch what the module ``name``, which has just been imported, has."""
    apply(PATCHES[name])


def _argument(position: int, name: str, probe: Wrap) -> Wrap:
    """Return what wraps a function that takes an application, by position (counted with ``self``) or by name."""

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def wrapper(*arguments: Any, **named: Any) -> Any:
            __traceback_hide__ = True
            if name in named:
                named[name] = probe(named[name])
            elif len(arguments) > position:
                arguments = (*arguments[:position], probe(arguments[position]), *arguments[position + 1 :])
            return original(*arguments, **named)

        return wrapper

    return wrap


def _attribute(name: str, probe: Wrap) -> Wrap:
    """Return what wraps a method that puts an application into the attribute ``name``."""

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def wrapper(self: Any, *arguments: Any, **named: Any) -> Any:
            __traceback_hide__ = True
            result = original(self, *arguments, **named)
            setattr(self, name, probe(getattr(self, name, None)))
            return result

        return wrapper

    return wrap


def _wsgi_unless_async(application: Any) -> Any:
    """Return what a worker of Gunicorn loaded; Uvicorn's workers load ASGI applications, and Uvicorn takes those."""
    call = application if inspect.isfunction(application) else getattr(application, "__call__", None)  # noqa: B004
    return application if inspect.iscoroutinefunction(call) else wsgi(application)


def _loaded_by_uvicorn(load: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `uvicorn.config.Config.load`, which leaves the application behind middlewares of its own."""

    @functools.wraps(load)
    def wrapper(self: Any, *arguments: Any, **named: Any) -> Any:
        __traceback_hide__ = True
        result = load(self, *arguments, **named)
        if self.interface != "wsgi":
            self.loaded_app = asgi(self.loaded_app)
            return result
        adapter = self.loaded_app
        while adapter is not None and not type(adapter).__name__.endswith("WSGIMiddleware"):
            adapter = getattr(adapter, "app", None)
        if adapter is not None:
            adapter.app = wsgi(adapter.app)
        return result

    return wrapper


def _called_with_environ(call: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the `__call__` of a WSGI framework."""

    @functools.wraps(call)
    def wrapper(self: Any, environ: Any, start_response: Any) -> Iterable[bytes]:
        __traceback_hide__ = True
        body: Iterable[bytes] = wsgi(functools.partial(call, self))(environ, start_response)
        return body

    return wrapper


def _called_with_scope(call: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the `__call__` of an ASGI framework."""

    @functools.wraps(call)
    async def wrapper(self: Any, scope: Any, receive: Any, send: Any) -> Any:
        __traceback_hide__ = True
        return await asgi(functools.partial(call, self))(scope, receive, send)

    return wrapper


TAKES_APPLICATION = (
    ("cheroot.wsgi:Server.__init__", 2, "wsgi_app", wsgi),
    ("daphne.server:Server.__init__", 1, "application", asgi),
    ("gevent.pywsgi:WSGIServer.__init__", 2, "application", wsgi),
    ("granian.asgi:_callback_wrapper", 0, "callback", asgi),
    ("granian.wsgi:_callback_wrapper", 0, "callback", wsgi),
    ("hypercorn.app_wrappers:ASGIWrapper.__init__", 1, "app", asgi),
    ("hypercorn.app_wrappers:WSGIWrapper.__init__", 1, "app", wsgi),
    ("waitress.server:BaseWSGIServer.__init__", 1, "application", wsgi),
    ("werkzeug.serving:BaseWSGIServer.__init__", 3, "app", wsgi),
    ("wsgiref.simple_server:WSGIServer.set_app", 1, "application", wsgi),
)
"""Functions that a server hands the application to: position and name of the parameter, and its interface."""

WRAPS = {
    **{target: _argument(position, name, probe) for target, position, name, probe in TAKES_APPLICATION},
    "flask.app:Flask.__call__": _called_with_environ,
    "gunicorn.workers.base:Worker.load_wsgi": _attribute("wsgi", _wsgi_unless_async),
    "gunicorn.workers.gasgi:ASGIWorker.load_wsgi": _attribute("asgi", asgi),
    "starlette.applications:Starlette.__call__": _called_with_scope,
    "uvicorn.config:Config.load": _loaded_by_uvicorn,
}

PATCHES: dict[str, list[Patch]] = {}
"""By the module that has them."""
for _target, _wrap in WRAPS.items():
    PATCHES.setdefault(_target.partition(":")[0], []).append(Patch(ENTRY, _target, _wrap))
