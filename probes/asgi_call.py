"""What every observed call of an ASGI application has: a request (`asgi`) and a WebSocket (`websocket`) alike.

A fresh object for each call owns everything known about it.
"""

from asyncio import CancelledError

from .failsafe import harmless
from .messages import measure_payload
from .recording import RequestRecord
from .request import start_log
from .types import Message, Receive, Scope, Send


class ObservedCall:
    """One call with channels of its own; `asgi` runs it and finishes it whatever happens."""

    __slots__ = ("_receive", "_scope", "_send", "log", "record")

    def __init__(self, record: RequestRecord, scope: Scope, receive: Receive, send: Send) -> None:
        self.record = record
        self.log = start_log(record)
        self._scope, self._receive, self._send = scope, receive, send

    async def receive(self) -> Message:
        """Stand in for the server's ``receive``."""
        raise NotImplementedError

    async def send(self, message: Message) -> None:
        """Stand in for the server's ``send``."""
        raise NotImplementedError

    def finish(self, error: BaseException | None) -> None:
        """Close the stages of the call; once, later calls do nothing. Never raises."""
        raise NotImplementedError


def is_cancellation(error: BaseException) -> bool:
    """Return whether ``error`` is how a loop, asyncio's or trio's, ends a task."""
    return isinstance(error, CancelledError) or type(error).__name__ == "Cancelled"


@harmless(("", 0, False))
def describe_message(message: Message) -> tuple[str, int, bool]:
    """Return the type of a message, its size (bytes, or headers), and whether more is to follow."""
    what = str(message["type"])
    if what in {"websocket.receive", "websocket.send"}:
        return what, measure_payload(message)[1], False
    sized = message.get("body") or message.get("headers")
    # Headers may be an iterator, which looking would exhaust.
    size = len(sized) if isinstance(sized, bytes | bytearray | memoryview | list | tuple) else 0
    return what, size, bool(message.get("more_body"))
