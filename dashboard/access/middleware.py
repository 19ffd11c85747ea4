"""Admits requests to pages by the table, and answers /join, where a secret becomes a cookie."""

import math
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import async_only_middleware

from dashboard.access.keys import COOKIE_AGE_S, Keys
from dashboard.access.permissions import JOIN_PATH, rule_at
from dashboard.access.roles import COOKIE, NOT_PRESENTER, Access

GetResponse: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponseBase]]
Middleware: TypeAlias = Callable[[GetResponse], GetResponse]

NO_ROLE = "Open {join} and enter the join code that the presenter shows, or use the presenter's own link."
WRONG_CODE = "That is not the join code: check the screen and try again."
TOO_MANY = "Too many wrong codes were tried: wait {seconds} seconds and try again."


def make_access_middleware(access: Access) -> Middleware:
    """Return a middleware that lets a page's request pass where the table allows it, answers /join, and refuses the
    rest with 403.
    """

    @async_only_middleware
    def access_middleware(get_response: GetResponse) -> GetResponse:
        async def middleware(request: HttpRequest) -> HttpResponseBase:
            if access.keys is None:
                return await get_response(request)
            if request.path == JOIN_PATH:
                return await _join(request, access, access.keys)
            role, rule = access.role(request), rule_at(request.path_info)
            if not rule.allows(role, request.method or ""):
                is_known = role in rule.look
                raise PermissionDenied(
                    NOT_PRESENTER if is_known else NO_ROLE.format(join=request.build_absolute_uri(JOIN_PATH))
                )
            return await get_response(request)

        return middleware

    return access_middleware


async def _join(request: HttpRequest, access: Access, keys: Keys) -> HttpResponse:
    """GET /join: a form for the code; with ?code=SECRET exchange it for the cookie and go to the stage.

    403 for a wrong code, 429 while too many were tried.
    """
    code = request.GET.get("code", "")
    if not code:
        return render(request, "pages/join.html")
    visitor = await access.redeem(keys, code, access.visitor(request))
    if visitor is None or not visitor.role:
        return _refuse(request, access, is_compared=visitor is not None)
    response = HttpResponseRedirect("/")
    # Lax, since the link is followed from a mail or a chat. Not `secure`: a classroom has no certificate.
    response.set_cookie(COOKIE, keys.cookie(visitor), max_age=COOKIE_AGE_S, httponly=True, samesite="Lax")
    return response


def _refuse(request: HttpRequest, access: Access, *, is_compared: bool) -> HttpResponse:
    if is_compared and not access.throttle.is_active():
        return render(request, "pages/join.html", {"message": WRONG_CODE}, status=403)
    seconds = max(1, math.ceil(access.throttle.wait_s()))
    response = render(request, "pages/join.html", {"message": TOO_MANY.format(seconds=seconds)}, status=429)
    response["Retry-After"] = str(seconds)
    return response
