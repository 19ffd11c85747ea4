"""Lets a WebSocket in only from our own page: Origin must equal the scheme, host and port of that page.

Stands before the consumer. Channels' own validator ignores the port, and the observed samples are on other ports.
"""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from dashboard.types import ASGIApp, Receive, Scope, Send

DEFAULT_PORTS = {"http": 80, "https": 443}
SCHEMES = {"ws": "http", "wss": "https"}
"""The scheme of a page, by that of its WebSocket."""


class OriginGuard:
    """Wraps a WebSocket application. A handshake from anywhere but our own page is answered with 403."""

    def __init__(self, application: ASGIApp) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the application, or close before accepting, which servers answer with 403."""
        await (self.application if is_same_origin(scope) else refuse)(scope, receive, send)


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Let nobody in, as a WebSocket application: servers answer a close before the handshake with 403."""
    await receive()
    await send({"type": "websocket.close"})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page comes from, as the same-origin policy compares it."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read an origin as RFC 6454, 6.2 writes it; None for "null" and for anything malformed."""
        text = text.lower()
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            return None
        # Nothing but scheme, host and port: whatever else the text holds makes the comparison fail.
        is_plain = f"{parts.scheme}://{parts.netloc}" == text and "@" not in parts.netloc
        if not is_plain or not parts.hostname or parts.scheme not in DEFAULT_PORTS:
            return None
        return cls(parts.scheme, parts.hostname, port if port is not None else DEFAULT_PORTS[parts.scheme])


def is_same_origin(scope: Scope) -> bool:
    """Return whether the only Origin header names the scheme, host and port of the only Host header, and the host is
    an allowed one.
    """
    origin = _only_value(scope, b"origin")
    host = _only_value(scope, b"host")
    if origin is None or host is None:
        return False
    domain, _ = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    # Daphne gives no scheme to a WebSocket; without TLS in front it is plain.
    scheme = SCHEMES.get(scope.get("scheme", "ws"), "")
    theirs = Origin.parse(origin)
    return theirs is not None and theirs == Origin.parse(f"{scheme}://{host}")


def _only_value(scope: Scope, name: bytes) -> str | None:
    values = [value for header, value in scope["headers"] if header.lower() == name]
    return values[0].decode("latin-1") if len(values) == 1 else None
