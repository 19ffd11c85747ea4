"""Passes the ASGI lifespan through and uses its end to send the remaining spans.

Uvicorn never runs ``atexit``: the shutdown event is the only moment at which its last spans can leave. For an
application without lifespan, such as Django, the protocol is therefore answered here.
"""

from .failsafe import report
from .tracing import instrument
from .types import ASGIApp, Message, Receive, Scope, Send

SHUTDOWN_ANSWERS = {"lifespan.shutdown.complete", "lifespan.shutdown.failed"}


class ObservedLifespan:
    """The lifespan of one server process."""

    __slots__ = ("_answered", "_receive", "_received", "_send")

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._received: list[str] = []
        self._answered: set[str] = set()

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        """Run the application's lifespan; if it returns early, answer in its place."""
        __traceback_hide__ = True
        try:
            await app(scope, self.receive, self.send)
        except Exception:
            if self._received:  # it supports lifespans and failed: the server decides what that means
                raise
        await self._answer_rest()

    async def receive(self) -> Message:
        """Stand in for the server's ``receive``."""
        __traceback_hide__ = True
        message = await self._receive()
        self._received.append(str(message.get("type")))
        return message

    async def send(self, message: Message) -> None:
        """Stand in for the server's ``send``: before a shutdown is complete, send the remaining spans."""
        __traceback_hide__ = True
        kind = str(message.get("type"))
        if kind in SHUTDOWN_ANSWERS:
            await _flush()
        await self._send(message)
        self._answered.add(kind)

    async def _answer_rest(self) -> None:
        while not self._answered & {*SHUTDOWN_ANSWERS, "lifespan.startup.failed"}:
            if not self._received or self._is_answered(self._received[-1]):
                await self.receive()
            if not self._is_answered(self._received[-1]):
                await self.send({"type": f"{self._received[-1]}.complete"})

    def _is_answered(self, kind: str) -> bool:
        return f"{kind}.complete" in self._answered


async def _flush() -> None:
    try:
        await instrument().live.flush_without_blocking()
    except Exception as problem:  # noqa: BLE001 - what `harmless` does, for a coroutine
        report(problem)
