"""The stage `handler`: Django's own part of a request, from the first middleware in to the last one out.

Under ASGI Django runs it in a task of its own, so its slices, not those of `server`, say when the request ran.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from ..stage_kinds import HANDLER
from ..stages import stage, time_awaitable


def observe(get_response: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `BaseHandler.get_response`."""

    @functools.wraps(get_response)
    def wrapper(self: Any, request: Any) -> Any:
        __traceback_hide__ = True
        with stage(HANDLER, type(self).__name__):
            return get_response(self, request)

    return wrapper


def observe_async(get_response: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wrap `BaseHandler.get_response_async`."""

    @functools.wraps(get_response)
    async def wrapper(self: Any, request: Any) -> Any:
        __traceback_hide__ = True
        with stage(HANDLER, type(self).__name__) as opened:
            return await time_awaitable(get_response(self, request), opened)

    return wrapper
