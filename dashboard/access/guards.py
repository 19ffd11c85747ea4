"""Admits what Django's middleware does not see: the viewers' sockets and the senders of spans."""

from dashboard.access.addresses import same_machine
from dashboard.access.headers import header
from dashboard.access.origin import refuse
from dashboard.access.roles import Access
from dashboard.types import ASGIApp, Receive, Scope, Send

MAY_NOT_SEND = "Spans from another machine need the presenter's token: Authorization: Bearer TOKEN."


class AccessGuard:
    """Wraps an ASGI application in front of Django."""

    def __init__(self, application: ASGIApp, access: Access) -> None:
        self.application = application
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over, or refuse with 403: a socket without a role, spans from another machine without the token."""
        if (scope["type"] == "http" and _is_local(scope)) or await self.access.admit(scope):
            await self.application(scope, receive, send)
        elif scope["type"] == "websocket":
            await refuse(scope, receive, send)
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": MAY_NOT_SEND.encode()})


def may_send(scope: Scope, access: Access) -> bool:
    """Return whether the sender of these headers may send spans, so far as can be said before its body is read."""
    return _is_local(scope) or bool(access.role(scope))


def _is_local(scope: Scope) -> bool:
    """Return whether the sender runs on this machine; behind a proxy every sender would seem to."""
    if header(scope, "x-forwarded-for") or header(scope, "forwarded"):
        return False
    client, server = scope.get("client") or ("",), scope.get("server") or ("",)
    return same_machine(client[0], server[0])
