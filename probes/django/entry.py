"""The stages `server`, `queue` and `response` of a Django application, without a change to its entry file.

The server calls one of Django's two handlers; the patched call passes it through our framework-free probes.
"""

import functools
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from ..asgi import ASGIProbe
from ..delivery.last_moment import expect_sigterm
from ..types import Environ, Receive, Scope, Send, StartResponse
from ..wsgi import WSGIProbe


def prepare_for_sigterm(make: Callable[..., None]) -> Callable[..., None]:
    """Wrap `WSGIHandler.__init__`, which the thread that starts the server calls: its requests may be others'."""

    @functools.wraps(make)
    def wrapper(self: Any, *arguments: Any, **named: Any) -> None:
        __traceback_hide__ = True
        expect_sigterm()
        make(self, *arguments, **named)

    return wrapper


def observe_wsgi(call: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Wrap `WSGIHandler.__call__`."""

    @functools.wraps(call)
    def wrapper(self: Any, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        __traceback_hide__ = True
        body: Iterable[bytes] = WSGIProbe(functools.partial(call, self))(environ, start_response)
        return body

    return wrapper


def observe_asgi(call: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Wrap `ASGIHandler.__call__`."""

    @functools.wraps(call)
    async def wrapper(self: Any, scope: Scope, receive: Receive, send: Send) -> Any:
        __traceback_hide__ = True
        return await ASGIProbe(functools.partial(call, self))(scope, receive, send)

    return wrapper
