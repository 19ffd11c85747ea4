"""The consumers of Channels: the code that a WebSocket's messages reach, and which line of it is being executed.

A consumer is called once per WebSocket and stays inside that call for as long as the session is open.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from ..failsafe import harmless
from ..source import describe_code, follow_lines
from ..stages import current_request
from ..timed_awaitable import Slices, TimedAwaitable
from ..types import Receive, Scope, Send


def observe(call: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Wrap `AsyncConsumer.__call__`, which `SyncConsumer` has too."""

    @functools.wraps(call)
    async def wrapper(self: Any, scope: Scope, receive: Receive, send: Send) -> None:
        __traceback_hide__ = True
        called = call(self, scope, receive, send)
        await (_follow(type(self), called) or called)

    return wrapper


@harmless(None)
def _follow(consumer: type, called: Awaitable[None]) -> Awaitable[None] | None:
    """Describe the consumer on its request's `server` stage and follow its lines; None if there is no stage."""
    record = current_request()
    if record is None or record.reduced or not record.server.recording:
        return None
    record.server.describe(describe_code(consumer))
    lines = follow_lines(record.server, consumer)
    if lines is None:
        return None
    # The slices of the request are recorded by the ASGI probe; these only say when the consumer's lines may be read.
    lines.slices = Slices(record.server.start_ns)
    return TimedAwaitable(called, lines.slices, lines.note_suspension)
