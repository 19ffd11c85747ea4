"""Who may do what once the dashboard can be reached from other machines; on loopback everybody is the presenter.

A secret, typed or in a link, is exchanged at /join for a signed cookie: the token makes a presenter, the join
code a viewer. Pages pass `access_middleware`, sockets and senders of spans pass `AccessGuard`.
"""

import os
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.cookie import parse_cookie
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.decorators import async_only_middleware

from dashboard.access.addresses import same_machine
from dashboard.access.origin import refuse
from dashboard.access.throttle import Brake
from dashboard.types import ASGIApp, Receive, Scope, Send

GetResponse: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponseBase]]
Role = Literal["presenter", "viewer", ""]
"""The empty role may not even look."""

COOKIE = "gatescope_role"
COOKIE_AGE_S = 12 * 3600
"""A school day."""
JOIN_PATH = "/join"
OPEN_PATHS = frozenset({"/healthz"})
JOIN_CODE_LENGTH = 6
# Without I, L, O, 0, 1: the code is read from a projector and typed on a phone.
JOIN_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"

NO_ROLE = "Open {join} and enter the join code that the presenter shows, or use the presenter's own link."
WRONG_CODE = "This is not the join code: look at the screen again."
TOO_MANY = "Too many wrong codes were tried: wait a few seconds and try again."
NOT_PRESENTER = "Only the presenter may do this."
NO_TOKEN = b"Spans from another machine need the presenter's token: Authorization: Bearer TOKEN.\n"


@dataclass(frozen=True, slots=True)
class Keys:
    """The two secrets of a guarded dashboard."""

    token: str
    join_code: str

    @classmethod
    def made(cls) -> "Keys":
        """From GATESCOPE_TOKEN and GATESCOPE_JOIN_CODE, or else at random.

        A code that was not chosen follows from the token, so that dashboards with one token agree on it.
        """
        token = os.environ.get("GATESCOPE_TOKEN") or secrets.token_urlsafe(24)
        return cls(token, _typed(os.environ.get("GATESCOPE_JOIN_CODE") or _code_of(token)))

    def role_of(self, secret: str) -> Role:
        """The role that a secret gives. Takes the same time whatever was tried."""
        is_token = constant_time_compare(secret, self.token)
        is_code = constant_time_compare(_typed(secret), self.join_code)
        return "presenter" if is_token else "viewer" if is_code else ""

    def cookie(self, role: Role) -> str:
        """A value that only this dashboard can make, and only until its keys change."""
        return self._signer().sign(role)

    def role_of_cookie(self, value: str) -> Role:
        """The role in a cookie of ours; empty for every other value."""
        try:
            role = self._signer().unsign(value, max_age=COOKIE_AGE_S)
        except signing.BadSignature:
            return ""
        return "presenter" if role == "presenter" else "viewer"

    def _signer(self) -> signing.TimestampSigner:
        return signing.TimestampSigner(salt=f"dashboard.access.roles {self.token} {self.join_code}")


class Access:
    """The present rule: no keys, and everybody may do everything; with keys, what their role allows."""

    def __init__(self, keys: Keys | None = None) -> None:
        self.keys = keys
        self.brake = Brake()


def role(source: HttpRequest | Scope) -> Role:
    """The role of a Django request or of an ASGI scope that was let in."""
    if access.keys is None:
        return "presenter"
    if by_cookie := access.keys.role_of_cookie(parse_cookie(_header(source, "cookie")).get(COOKIE, "")):
        return by_cookie
    bearer = _bearer(source)
    return "presenter" if bearer and access.keys.role_of(bearer) == "presenter" else ""


def require_presenter(request: HttpRequest) -> None:
    """Raises PermissionDenied for everybody else."""
    if role(request) != "presenter":
        raise PermissionDenied(NOT_PRESENTER)


@async_only_middleware
def access_middleware(get_response: GetResponse) -> GetResponse:
    """Lets a page's request pass with a role, answers /join, and refuses everything else with 403."""

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        if access.keys is None or request.path in OPEN_PATHS:
            return await get_response(request)
        if request.path == JOIN_PATH:
            return await _join(request, access.keys)
        if not await admitted(request):
            raise PermissionDenied(NO_ROLE.format(join=request.build_absolute_uri(JOIN_PATH)))
        return await get_response(request)

    return middleware


class AccessGuard:
    """Wraps the applications that Django's middleware does not see: the viewer's socket and the ingest."""

    def __init__(self, application: ASGIApp) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over, or refuse with 403: a socket without a role, spans from afar without the token."""
        if (scope["type"] == "http" and _is_local(scope)) or await admitted(scope):
            await self.application(scope, receive, send)
        elif scope["type"] == "websocket":
            await refuse(scope, receive, send)
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": NO_TOKEN})


async def admitted(source: HttpRequest | Scope) -> bool:
    """Whether this request has a role. A token that came along and is wrong counts as a guess."""
    bearer = _bearer(source)
    if access.keys is None or not bearer:
        return bool(role(source))
    return await _guess(access.keys, bearer) == "presenter"


async def _join(request: HttpRequest, keys: Keys) -> HttpResponse:
    """GET /join: a form for the code; with ?code=SECRET exchange it for the cookie and go to the stage."""
    code = request.GET.get("code", "")
    if not code:
        return render(request, "pages/join.html")
    granted = await _guess(keys, code)
    if not granted:
        message = TOO_MANY if access.brake.is_on() else WRONG_CODE
        return render(request, "pages/join.html", {"message": message}, status=403)
    response = HttpResponseRedirect("/")
    # Lax, since the link is followed from a mail or a chat. Not `secure`: a classroom has no certificate.
    response.set_cookie(COOKIE, keys.cookie(granted), max_age=COOKIE_AGE_S, httponly=True, samesite="Lax")
    return response


async def _guess(keys: Keys, secret: str) -> Role:
    """The role that a secret gives; a wrong one slows down everybody's next tries."""
    if not await access.brake.turn():
        return ""
    granted = keys.role_of(secret)
    if not granted:
        access.brake.wrong()
    return granted


def _code_of(token: str) -> str:
    """A join code that needs the token and this installation's key to work out, and leads back to neither."""
    digest = salted_hmac("dashboard.access.roles join code", token, algorithm="sha256").digest()
    return "".join(JOIN_CODE_LETTERS[byte % len(JOIN_CODE_LETTERS)] for byte in digest[:JOIN_CODE_LENGTH])


def _typed(code: str) -> str:
    """A join code as it was meant: people type small letters, blanks and dashes."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _header(source: HttpRequest | Scope, name: str) -> str:
    """A header's value, empty when it is absent; one that came twice is joined as HTTP says."""
    if isinstance(source, HttpRequest):
        return source.headers.get(name, "")
    values = [value.decode("latin-1") for header, value in source["headers"] if header.lower() == name.encode()]
    return ("; " if name == "cookie" else ", ").join(values)


def _bearer(source: HttpRequest | Scope) -> str:
    scheme, _, token = _header(source, "authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _is_local(scope: Scope) -> bool:
    """Whether the sender runs on this machine; behind a proxy everybody would seem to."""
    if _header(scope, "x-forwarded-for") or _header(scope, "forwarded"):
        return False
    client, server = scope.get("client") or ("",), scope.get("server") or ("",)
    return same_machine(client[0], server[0])


# A token in the environment guards the dashboard however it is served; `manage.py demo` sets keys otherwise.
# Here at the end: keys are made with what stands above.
access = Access(Keys.made() if os.environ.get("GATESCOPE_TOKEN") else None)
