"""Admits what Django's middleware does not see: the viewers' sockets and the senders of spans."""

from dashboard.access.origin import refuse
from dashboard.access.permissions import SOCKETS
from dashboard.access.roles import Access
from dashboard.access.sending import why_refused
from dashboard.types import ASGIApp, Receive, Scope, Send

VISITOR = "gatescope.visitor"
"""In the scope of a socket that was admitted: the `Visitor` at its other end."""


class SocketGuard:
    """Wraps a WebSocket application: a socket opens for the roles that the table names, and knows who is there."""

    def __init__(self, application: ASGIApp, access: Access) -> None:
        self.application = application
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over, or close before accepting, which servers answer with 403."""
        visitor = self.access.visitor(scope)
        path = str(scope.get("path", "")).strip("/")
        # A path that leads nowhere is refused behind us, as every socket of nobody is.
        if visitor.role in SOCKETS.get(path, frozenset()):
            await self.application({**scope, VISITOR: visitor}, receive, send)
        else:
            await refuse(scope, receive, send)


class SendingGuard:
    """Wraps a receiver of spans: refuses with 403, before any of the body is read, whoever may not send."""

    def __init__(self, application: ASGIApp, access: Access) -> None:
        self.application = application
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over, or say why not."""
        if sentence := why_refused(self.access, scope):
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": f"{sentence}\n".encode()})
        else:
            await self.application(scope, receive, send)
