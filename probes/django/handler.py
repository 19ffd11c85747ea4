"""The stage `handler`: Django's own part of a request, from the first middleware in to the last one out.

Under ASGI Django runs it in a task of its own, so its slices, not the server's, say when the request ran.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from ..stage_kinds import HANDLER
from ..stages import driven, stage


def observe(get_response: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `BaseHandler.get_response`."""

    @functools.wraps(get_response)
    def observed(self: Any, request: Any) -> Any:
        with stage(HANDLER, type(self).__name__):
            return get_response(self, request)

    return observed


def observe_async(get_response: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wrap `BaseHandler.get_response_async`."""

    @functools.wraps(get_response)
    async def observed(self: Any, request: Any) -> Any:
        with stage(HANDLER, type(self).__name__) as opened:
            return await driven(get_response(self, request), opened)

    return observed
