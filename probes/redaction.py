"""Hides secrets in a query string before it becomes an attribute."""

import re
from urllib.parse import unquote_plus

from .failsafe import harmless

HIDDEN = "REDACTED"
LONGEST = 4_096
"""Characters of a query string that are examined and kept."""

SECRET_WORDS = {
    *("auth", "authorization", "code", "credential", "credentials", "jwt", "key", "passphrase", "passwd"),
    *("password", "pwd", "secret", "session", "sessionid", "sig", "signature", "sid", "token"),
}
SECRET_ENDINGS = ("key", "password", "passwd", "secret", "signature", "token")

_WORDS = re.compile(r"[a-z]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@harmless(HIDDEN)
def redact_query(query: str) -> str:
    """Return ``query`` with the values of secret-looking names replaced by `HIDDEN`, everything else unchanged."""
    if "=" not in query:
        return query[:LONGEST]
    pairs = re.split(r"([&;])", query[:LONGEST])
    return "".join(_redact_pair(pair) for pair in pairs)


def _redact_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    return f"{name}={HIDDEN}" if equals and value and _is_secret(unquote_plus(name)) else pair


def _is_secret(name: str) -> bool:
    words = _WORDS.findall(_CAMEL.sub("_", name).lower())
    return any(word in SECRET_WORDS or word.endswith(SECRET_ENDINGS) for word in words)
