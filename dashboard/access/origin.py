"""Lets a WebSocket in only from our own page: Origin must equal the scheme, host and port that the page
came from.

Stands before the consumer. Channels' own validator ignores the port, and the observed samples live on other
ports.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from dashboard.types import ASGIApp, Receive, Scope, Send

DEFAULT_PORTS = {"http": 80, "https": 443}


class OriginGuard:
    """Wraps a WebSocket application. Whoever comes from elsewhere is answered 403 before the handshake."""

    def __init__(self, application: ASGIApp) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the application, or close before accepting, which servers answer with 403."""
        await (self.application if same_origin(scope) else refuse)(scope, receive, send)


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """A WebSocket application that lets nobody in: servers answer a close before the handshake with 403."""
    await receive()
    await send({"type": "websocket.close"})


def same_origin(scope: Scope) -> bool:
    """Whether the one Origin header names the scheme, host and port of the one Host header, and the host is
    allowed.
    """
    origin = _only(scope, b"origin")
    host = _only(scope, b"host")
    if origin is None or host is None:
        return False
    domain, _ = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    # Daphne gives no scheme to a WebSocket; without TLS in front it is plain.
    scheme = {"ws": "http", "wss": "https"}.get(scope.get("scheme", "ws"), "")
    theirs = place(origin)
    return theirs is not None and theirs == place(f"{scheme}://{host}")


def _only(scope: Scope, name: bytes) -> str | None:
    values = [value for header, value in scope["headers"] if header.lower() == name]
    return values[0].decode("latin-1") if len(values) == 1 else None


def place(origin: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an origin as RFC 6454 §6.2 writes it; None for "null" and for anything
    malformed.
    """
    origin = origin.lower()
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    # Nothing but scheme, host and port: `geturl` gives back what was understood, so leftovers show.
    plain = f"{parts.scheme}://{parts.netloc}" == origin and "@" not in parts.netloc
    if not plain or not parts.hostname or parts.scheme not in DEFAULT_PORTS:
        return None
    return parts.scheme, parts.hostname, port if port is not None else DEFAULT_PORTS[parts.scheme]
