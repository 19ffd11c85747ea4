"""One call of an ASGI application, observed: what a request and a WebSocket have in common.

A fresh object stands around each call and owns everything known about it.
"""

from probes.recording import RequestRecord
from probes.stages import driven, enter, leave
from probes.types import ASGIApp, Message, Receive, Scope, Send


class ObservedCall:
    """Calls the application with channels of its own, and finishes the record whatever happens."""

    __slots__ = ("_receive", "_send", "record", "scope")

    def __init__(self, record: RequestRecord) -> None:
        self.record = record

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application with channels that are observed."""
        self.scope, self._receive, self._send = scope, receive, send
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
