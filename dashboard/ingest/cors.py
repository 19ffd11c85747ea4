"""Lets browsers' SDKs send from pages of this machine, and from origins that were named: CORS for the receiver alone.

A page on another port is another origin, so its browser asks first, with OPTIONS (the CORS protocol of
https://fetch.spec.whatwg.org). Nothing but the receiver is opened, and its answers hold nothing that a page could
not know.
"""

import ipaddress
import re
from collections.abc import Iterable

from dashboard.access.headers import header
from dashboard.access.origin import Origin
from dashboard.types import ASGIApp, Message, Receive, Scope, Send

HEADER_NAMES = re.compile(r"[\w!#$%&'*+.^`|~-]+( *, *[\w!#$%&'*+.^`|~-]+)*\Z", re.ASCII)
LONGEST_NAMES = 1_000
USUAL_HEADERS = "authorization, content-encoding, content-type"
EXPOSED_HEADERS = b"retry-after"
MAX_AGE_S = 7200
"""How long a browser may remember the answer; none does so for longer."""


class CorsGuard:
    """Wraps the receiver. Answers preflights itself, and puts the headers on every answer to an allowed origin."""

    def __init__(self, application: ASGIApp, origins: Iterable[str] = ()) -> None:
        self.application = application
        self._named = {Origin.parse(origin) for origin in origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight, or hand over."""
        origin = header(scope, "origin")
        is_allowed = self.allows(origin)
        if scope["method"] == "OPTIONS" and header(scope, "access-control-request-method"):
            await _answer_preflight(scope, send, origin if is_allowed else "")
        elif is_allowed:
            await self.application(scope, receive, _with_headers(send, origin))
        else:
            await self.application(scope, receive, send)

    def allows(self, origin: str) -> bool:
        """Return whether pages of this origin may send."""
        parsed = Origin.parse(origin)
        return parsed is not None and (parsed in self._named or _is_this_machine(parsed.host))


def _is_this_machine(host: str) -> bool:
    """Return whether a host stands for this machine by itself, whatever a name server says."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _allow(origin: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        # navigator.sendBeacon, which SDKs use as a page is left, always sends in this mode.
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


def _with_headers(send: Send, origin: str) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            more = [*_allow(origin), (b"access-control-expose-headers", EXPOSED_HEADERS)]
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return send_with_headers


async def _answer_preflight(scope: Scope, send: Send, origin: str) -> None:
    """Answer 204 to an allowed origin, and 403 without a header to any other."""
    headers = [(b"vary", b"Origin"), (b"content-length", b"0")]
    if origin:
        asked = header(scope, "access-control-request-headers")
        is_plain = len(asked) <= LONGEST_NAMES and HEADER_NAMES.match(asked)
        headers = [
            *_allow(origin),
            (b"access-control-allow-methods", b"POST"),
            (b"access-control-allow-headers", (asked if is_plain else USUAL_HEADERS).encode("latin-1")),
            (b"access-control-max-age", b"%d" % MAX_AGE_S),
            (b"content-length", b"0"),
        ]
        if header(scope, "access-control-request-private-network") == "true":
            headers.append((b"access-control-allow-private-network", b"true"))
    await send({"type": "http.response.start", "status": 204 if origin else 403, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
