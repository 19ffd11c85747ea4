"""Admits requests to pages, and answers /join, where a secret becomes a cookie."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import async_only_middleware

from dashboard.access.keys import COOKIE_AGE_S, Keys
from dashboard.access.roles import COOKIE, Access

GetResponse: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponseBase]]
Middleware: TypeAlias = Callable[[GetResponse], GetResponse]

JOIN_PATH = "/join"
OPEN_PATHS = frozenset({"/healthz"})

NO_ROLE = "Open {join} and enter the join code that the presenter shows, or use the presenter's own link."
WRONG_CODE = "That is not the join code: check the screen and try again."
TOO_MANY = "Too many wrong codes were tried: wait a few seconds and try again."


def make_access_middleware(access: Access) -> Middleware:
    """Return a middleware that lets a page's request pass with a role, answers /join, and refuses the rest: 403."""

    @async_only_middleware
    def access_middleware(get_response: GetResponse) -> GetResponse:
        async def middleware(request: HttpRequest) -> HttpResponseBase:
            if access.keys is None or request.path in OPEN_PATHS:
                return await get_response(request)
            if request.path == JOIN_PATH:
                return await _join(request, access, access.keys)
            if not await access.admit(request):
                raise PermissionDenied(NO_ROLE.format(join=request.build_absolute_uri(JOIN_PATH)))
            return await get_response(request)

        return middleware

    return access_middleware


async def _join(request: HttpRequest, access: Access, keys: Keys) -> HttpResponse:
    """GET /join: a form for the code; with ?code=SECRET exchange it for the cookie and go to the stage."""
    code = request.GET.get("code", "")
    if not code:
        return render(request, "pages/join.html")
    granted = await access.redeem(keys, code)
    if not granted:
        message = TOO_MANY if access.throttle.is_active() else WRONG_CODE
        return render(request, "pages/join.html", {"message": message}, status=403)
    response = HttpResponseRedirect("/")
    # Lax, since the link is followed from a mail or a chat. Not `secure`: a classroom has no certificate.
    response.set_cookie(COOKIE, keys.cookie(granted), max_age=COOKIE_AGE_S, httponly=True, samesite="Lax")
    return response
