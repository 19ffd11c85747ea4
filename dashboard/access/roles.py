"""Who may do what once the dashboard can be reached from other machines; on loopback everybody is the presenter.

A secret, typed or in a link, is exchanged at /join for a signed cookie. Pages pass the middleware,
sockets and senders of spans pass `guards.AccessGuard`; both are given the one `Access` of the process.
"""

import os
from typing import Self

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from dashboard.access.headers import Source, bearer_token, header
from dashboard.access.keys import Keys, Role
from dashboard.access.throttle import LoginThrottle

COOKIE = "gatescope_role"
NOT_PRESENTER = "Only the presenter may do this."


class Access:
    """The rule in force: without keys everybody may do everything, with keys what their role allows."""

    def __init__(self, keys: Keys | None = None) -> None:
        self.keys = keys
        self.throttle = LoginThrottle()

    @classmethod
    def from_environment(cls) -> Self:
        """Guard the dashboard, however it is served, if the environment has a token."""
        return cls(Keys.from_environment() if os.environ.get("GATESCOPE_TOKEN") else None)

    def role(self, source: Source) -> Role:
        """Return the role of a Django request or of an ASGI scope that was admitted."""
        if self.keys is None:
            return "presenter"
        if by_cookie := self.keys.role_of_cookie(parse_cookie(header(source, "cookie")).get(COOKIE, "")):
            return by_cookie
        bearer = bearer_token(source)
        return "presenter" if bearer and self.keys.role_of(bearer) == "presenter" else ""

    def require_presenter(self, request: HttpRequest) -> None:
        """Do nothing for the presenter. Raise PermissionDenied for everybody else."""
        if self.role(request) != "presenter":
            raise PermissionDenied(NOT_PRESENTER)

    async def admit(self, source: Source) -> bool:
        """Return whether this request has a role. A wrong token counts as a guess, which slows down the next ones."""
        bearer = bearer_token(source)
        if self.keys is None or not bearer:
            return bool(self.role(source))
        return await self.redeem(self.keys, bearer) == "presenter"

    async def redeem(self, keys: Keys, secret: str) -> Role:
        """Return the role that a secret gives; a wrong secret slows down everybody's next tries."""
        if not await self.throttle.acquire():
            return ""
        granted = keys.role_of(secret)
        if not granted:
            self.throttle.record_failure()
        return granted
