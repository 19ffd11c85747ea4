"""Passes the ASGI lifespan through as it is and uses its end to send the remaining spans.

An application without lifespan, such as Django, looks to its server as it does without us: what is left then leaves
at another moment (`delivery.last_moment`).
"""

from typing import Any

from .failsafe import report
from .tracing import instrument
from .types import ASGIApp, Message, Receive, Scope, Send

SHUTDOWN_ANSWERS = {"lifespan.shutdown.complete", "lifespan.shutdown.failed"}


class ObservedLifespan:
    """The lifespan of one server process."""

    __slots__ = ("_send",)

    def __init__(self, send: Send) -> None:
        self._send = send

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive) -> Any:
        """Run the application's lifespan; its errors and its early end are the server's to judge."""
        __traceback_hide__ = True
        return await app(scope, receive, self.send)

    async def send(self, message: Message) -> None:
        """Stand in for the server's ``send``: before a shutdown is answered, send the remaining spans."""
        __traceback_hide__ = True
        if message.get("type") in SHUTDOWN_ANSWERS:
            await _flush()
        await self._send(message)


async def _flush() -> None:
    try:
        await instrument().live.flush_without_blocking()
    except Exception as problem:  # noqa: BLE001 - what `harmless` does, for a coroutine
        report(problem)
