"""The two secrets of a guarded dashboard, the role that each gives, and the cookie that remembers it."""

import os
import secrets
from dataclasses import dataclass
from typing import Literal, Self

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

Role = Literal["presenter", "viewer", ""]
"""The empty role may not even look."""

COOKIE_AGE_S = 12 * 3600
"""A school day."""
JOIN_CODE_LENGTH = 6
JOIN_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without I, L, O, 0 and 1: the code is read from a projector and typed on a phone."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The token makes a presenter, the join code a viewer."""

    token: str
    join_code: str

    @classmethod
    def from_environment(cls) -> Self:
        """Take the keys from GATESCOPE_TOKEN and GATESCOPE_JOIN_CODE; choose at random what is not set.

        A join code that is not set is derived from the token, so that dashboards with one token agree on it.
        """
        token = os.environ.get("GATESCOPE_TOKEN") or secrets.token_urlsafe(24)
        return cls(token, _normalize(os.environ.get("GATESCOPE_JOIN_CODE") or derive_join_code(token)))

    def role_of(self, secret: str) -> Role:
        """Return the role that a secret gives, in the same time whatever was tried."""
        is_token = constant_time_compare(secret, self.token)
        is_code = constant_time_compare(_normalize(secret), self.join_code)
        return "presenter" if is_token else "viewer" if is_code else ""

    def cookie(self, role: Role) -> str:
        """Return a cookie's value that only this dashboard can make, valid until its keys change."""
        return self._signer().sign(role)

    def role_of_cookie(self, value: str) -> Role:
        """Return the role in a cookie that we signed; empty for any other value."""
        try:
            role = self._signer().unsign(value, max_age=COOKIE_AGE_S)
        except signing.BadSignature:
            return ""
        return "presenter" if role == "presenter" else "viewer"

    def _signer(self) -> signing.TimestampSigner:
        return signing.TimestampSigner(salt=f"dashboard.access {self.token} {self.join_code}")


def derive_join_code(token: str) -> str:
    """Return a join code that takes the token and this installation's key to compute, and reveals neither."""
    digest = salted_hmac("dashboard.access join code", token, algorithm="sha256").digest()
    return "".join(JOIN_CODE_LETTERS[byte % len(JOIN_CODE_LETTERS)] for byte in digest[:JOIN_CODE_LENGTH])


def _normalize(code: str) -> str:
    """Return a join code as it was meant: people type lower case, blanks and dashes."""
    return "".join(letter for letter in code.upper() if letter.isalnum())
