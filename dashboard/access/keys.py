"""The three secrets of a guarded dashboard, the role that each gives, and the cookie that remembers it."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import constant_time_compare, salted_hmac

from dashboard.access.permissions import Role
from dashboard.lib.kept_secret import kept_secret

COOKIE_AGE_S = 12 * 3600
"""A school day."""
JOIN_CODE_LENGTH = 6
JOIN_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without I, L, O, 0 and 1: the code is read from a projector and typed on a phone."""
SHORTEST_KEY = 16
"""Characters of a chosen token or key for sending. They are compared at once and tries are not slowed down, so they
must be too long to be found by trying.
"""
SHORTEST_JOIN_CODE = 4
SEND_KEY_FILE = "send_key"
TOKEN_FILE = "presenter_token"  # noqa: S105 - a file's name


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: a role and, for a member of the class, which one. The id is random and says nothing about them."""

    role: Role
    id: str = ""

    @property
    def is_presenter(self) -> bool:
        """Whether it is the presenter."""
        return self.role == "presenter"


PRESENTER = Visitor("presenter")
STRANGER = Visitor("")


@dataclass(frozen=True, slots=True)
class Keys:
    """The token makes a presenter, the join code a member of the class, and the key for sending takes spans in."""

    token: str
    join_code: str
    send_key: str

    @classmethod
    def from_environment(cls, folder: Path) -> Self:
        """Take the keys from GATESCOPE_TOKEN, GATESCOPE_SEND_KEY and GATESCOPE_JOIN_CODE; draw what is not set.

        What is drawn is kept in `folder`: the key for sending for good, so that senders need no new one at each
        start; the token for a school day, so that a restart throws nobody out of the class. A join code that is not
        set is derived from the token, so that dashboards with one token agree on it. Raise ImproperlyConfigured.
        """
        check_chosen_keys()
        token = kept_secret(folder / TOKEN_FILE, "GATESCOPE_TOKEN", COOKIE_AGE_S)
        join_code = os.environ.get("GATESCOPE_JOIN_CODE") or derive_join_code(token)
        return cls(token, _normalize(join_code), kept_secret(folder / SEND_KEY_FILE, "GATESCOPE_SEND_KEY"))

    def role_of_key(self, secret: str) -> Role:
        """Return the role that one of the long keys gives, in the same time whatever was tried."""
        is_token = constant_time_compare(secret, self.token)
        is_send_key = constant_time_compare(secret, self.send_key)
        return "presenter" if is_token else "sender" if is_send_key else ""

    def is_join_code(self, secret: str) -> bool:
        """Return whether it is the join code, in the same time whatever was tried."""
        return constant_time_compare(_normalize(secret), self.join_code)

    def cookie(self, visitor: Visitor) -> str:
        """Return a cookie's value that only this dashboard can make, valid until its keys change."""
        return self._signer().sign(f"{visitor.role}.{visitor.id}")

    def visitor_of_cookie(self, value: str) -> Visitor:
        """Return whose cookie it is; nobody's when we did not sign it."""
        try:
            signed = self._signer().unsign(value, max_age=COOKIE_AGE_S)
        except signing.BadSignature:
            return STRANGER
        role, _, member = signed.partition(".")
        if role == "presenter":
            return PRESENTER
        # One of an older version tells members not apart: whoever has it joins again.
        return Visitor("member", member) if member else STRANGER

    def _signer(self) -> signing.TimestampSigner:
        return signing.TimestampSigner(salt=f"dashboard.access {self.token} {self.join_code}")


def new_member() -> Visitor:
    """Return a member of the class whom nobody has met before."""
    return Visitor("member", secrets.token_urlsafe(12))


def check_chosen_keys() -> None:
    """Raise ImproperlyConfigured when a key in the environment could be guessed, or does the work of two.

    No message repeats a key.
    """
    for name in ("GATESCOPE_TOKEN", "GATESCOPE_SEND_KEY"):
        key = os.environ.get(name, "")
        if 0 < len(key) < SHORTEST_KEY:
            raise ImproperlyConfigured(
                f"{name} has {len(key)} characters: expected at least {SHORTEST_KEY}, since it can be tried from "
                "anywhere. Choose a longer one, or unset it to have one drawn."
            )
    token = os.environ.get("GATESCOPE_TOKEN")
    if token and token == os.environ.get("GATESCOPE_SEND_KEY"):
        raise ImproperlyConfigured(
            "GATESCOPE_SEND_KEY equals GATESCOPE_TOKEN, so every sender of spans would be the presenter: choose two."
        )
    code = os.environ.get("GATESCOPE_JOIN_CODE", "")
    if code and len(_normalize(code)) < SHORTEST_JOIN_CODE:
        raise ImproperlyConfigured(
            f"GATESCOPE_JOIN_CODE has fewer than {SHORTEST_JOIN_CODE} letters and digits: choose a longer one, or "
            "unset it to have one drawn."
        )


def derive_join_code(token: str) -> str:
    """Return a join code that takes the token and this installation's key to compute, and reveals neither."""
    digest = salted_hmac("dashboard.access join code", token, algorithm="sha256").digest()
    return "".join(JOIN_CODE_LETTERS[byte % len(JOIN_CODE_LETTERS)] for byte in digest[:JOIN_CODE_LENGTH])


def _normalize(code: str) -> str:
    """Return a join code as it was meant: people type lower case, blanks and dashes."""
    return "".join(letter for letter in code.upper() if letter.isalnum())
