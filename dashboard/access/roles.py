"""The rule in force for one process: who asks, and whether they may.

A secret, typed or in a link, is exchanged at /join for a signed cookie. Pages pass the middleware, sockets and
senders of spans pass `guards`; all have the one `Access` of the process, and decide by the table in `permissions`.
"""

import os
from pathlib import Path
from typing import Self

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from dashboard.access.headers import Source, bearer_token, header
from dashboard.access.keys import PRESENTER, STRANGER, Keys, Visitor, check_chosen_keys, new_member
from dashboard.access.permissions import Role
from dashboard.access.throttle import LoginThrottle

COOKIE = "gatescope_role"
NOT_PRESENTER = "Only the presenter may do this."
NOT_YOURS = "Only who fired it, or the presenter, may do this."


class Access:
    """Without keys everybody may do everything, with keys what their role allows."""

    def __init__(self, keys: Keys | None = None) -> None:
        self.keys = keys
        self.throttle = LoginThrottle()

    @classmethod
    def from_environment(cls, folder: Path) -> Self:
        """Guard the dashboard, however it is served, if the environment has a token. Raise ImproperlyConfigured."""
        check_chosen_keys()
        return cls(Keys.from_environment(folder) if os.environ.get("GATESCOPE_TOKEN") else None)

    def visitor(self, source: Source) -> Visitor:
        """Return who sent a Django request, or made an ASGI scope.

        A key in a header counts beside a cookie: the one that allows more. Wrong keys cost nobody anything: they are
        too long to be found by trying, so nothing has to be slowed down.
        """
        if self.keys is None:
            return PRESENTER
        bearer = bearer_token(source)
        by_key = self.keys.role_of_key(bearer) if bearer else ""
        if by_key == "presenter":
            return PRESENTER
        by_cookie = self.keys.visitor_of_cookie(parse_cookie(header(source, "cookie")).get(COOKIE, ""))
        return by_cookie if by_cookie.role else Visitor(by_key)

    def role(self, source: Source) -> Role:
        """Return the role of who sent it."""
        return self.visitor(source).role

    def may_send(self, source: Source) -> bool:
        """Return whether it brings a key that takes spans in. Cookies do not count: they are people's."""
        bearer = bearer_token(source)
        return self.keys is not None and bool(bearer) and self.keys.role_of_key(bearer) in {"presenter", "sender"}

    def require_owner(self, request: HttpRequest, owner: str) -> None:
        """Do nothing for the presenter and for the member of this id. Raise PermissionDenied for everybody else."""
        visitor = self.visitor(request)
        if not visitor.is_presenter and not (visitor.id and visitor.id == owner):
            raise PermissionDenied(NOT_YOURS)

    async def redeem(self, keys: Keys, secret: str, known: Visitor = STRANGER) -> Visitor | None:
        """Return who a secret makes of its bearer; None when too many codes were tried lately to compare it now.

        The token is compared first and never has to wait; a wrong join code slows down everybody's next ones. A
        member who joins again stays the same member.
        """
        if keys.role_of_key(secret) == "presenter":
            return PRESENTER
        if not await self.throttle.acquire():
            return None
        if keys.is_join_code(secret):
            return known if known.role == "member" else new_member()
        self.throttle.record_failure()
        return STRANGER
