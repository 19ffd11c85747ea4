"""One call of an ASGI application, observed: what a request and a WebSocket have in common.

A fresh object stands around each call and owns everything known about it.
"""

from .failsafe import harmless
from .messages import payload
from .protocol_log import ProtocolLog
from .recording import RequestRecord
from .stages import driven, enter, leave
from .types import ASGIApp, Message, Receive, Scope, Send


class ObservedCall:
    """Calls the application with channels of its own, and finishes the record whatever happens."""

    __slots__ = ("_receive", "_send", "conversation", "record", "scope")

    def __init__(self, record: RequestRecord) -> None:
        self.record = record
        self.conversation = ProtocolLog(record)

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application with channels that are observed."""
        self.scope, self._receive, self._send = scope, receive, send
        self.conversation.had("scope")
        token = enter(self.record.server)
        try:
            await driven(app(scope, self.receive, self.send), self.record.server)
        except BaseException as error:
            self.finish(error)
            raise
        else:
            self.finish(None)
        finally:
            leave(token)

    async def receive(self) -> Message:
        """Stand in for the server's ``receive``."""
        raise NotImplementedError

    async def send(self, message: Message) -> None:
        """Stand in for the server's ``send``."""
        raise NotImplementedError

    def finish(self, error: BaseException | None) -> None:
        """Close the stages of the call; once, later calls do nothing. Never raises."""
        raise NotImplementedError


@harmless(("", 0, False))
def contents(message: Message) -> tuple[str, int, bool]:
    """Return the type of a message, its size (bytes, or headers), and whether it says that more will come."""
    what = str(message["type"])
    if what in {"websocket.receive", "websocket.send"}:
        return what, payload(message)[1], False
    sized = message.get("body") or message.get("headers")
    # Headers may be an iterator, which a look would use up.
    size = len(sized) if isinstance(sized, bytes | bytearray | memoryview | list | tuple) else 0
    return what, size, bool(message.get("more_body"))
