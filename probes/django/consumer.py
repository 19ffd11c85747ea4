"""The consumers of Channels: whose code a WebSocket's messages reach, and which line of it is being executed.

A consumer is called once for each WebSocket and stays inside that call for as long as the session is open.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from ..failsafe import harmless
from ..source import follow_lines
from ..stages import current_request
from ..timed_awaitable import Slices, TimedAwaitable
from ..types import Receive, Scope, Send
from .view import description


def observe(call: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Wrap `AsyncConsumer.__call__`, which `SyncConsumer` has too."""

    @functools.wraps(call)
    async def observed(self: Any, scope: Scope, receive: Receive, send: Send) -> None:
        called = call(self, scope, receive, send)
        await (_followed(type(self), called) or called)

    return observed


@harmless(None)
def _followed(consumer: type, called: Awaitable[None]) -> Awaitable[None] | None:
    """Describe the consumer on its request's `server` stage; None outside an observed one."""
    record = current_request()
    if record is None or record.reduced or not record.server.recording:
        return None
    record.server.update(description(consumer))
    follow_lines(record.server, consumer)
    # The request's own slices begin further out; these only tell when a line of the consumer may be looked at.
    return TimedAwaitable(called, Slices(record.server.start_ns), record.server.lines)
