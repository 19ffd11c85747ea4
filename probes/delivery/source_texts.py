"""Which source texts the receiver has: each travels once over a connection, and later spans name it by its key.

A key is made of the text itself, so that whoever has a text under that key has the right one. A text counts as known
once a message with it was acknowledged, and no longer than `KNOWN_S`: whatever is lost behind the receiver, it comes
again.
"""

import hashlib
from collections.abc import Callable, Container
from time import monotonic

KNOWN_S = 60.0
"""Seconds after which a text is sent again."""
MOST_KNOWN = 2_048
"""Texts remembered as known; beyond it all are sent again."""
KEY_DIGITS = 32


def text_key(text: str) -> str:
    """Return the key of a text: the first 32 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_DIGITS]


class TextsOfMessage:
    """The texts of one message: those in ``known`` and those it has already are left out."""

    def __init__(self, known: Container[str] = ()) -> None:
        self._known = known
        self.sent: set[str] = set()
        self.relies_on_known = False
        """Whether something was left out that only an earlier message has."""

    def wants(self, key: str) -> bool:
        """Return whether the text has to be written now."""
        if key in self.sent:
            return False
        if key in self._known:
            self.relies_on_known = True
            return False
        self.sent.add(key)
        return True


class KnownTexts:
    """The keys of the texts that the receiver at the other end of the connection has acknowledged."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def __contains__(self, key: object) -> bool:
        """Return whether the receiver has the text."""
        until = self._until.get(key) if isinstance(key, str) else None
        return until is not None and self._clock() < until

    def acknowledge(self, sent: set[str]) -> None:
        """Remember the texts of a message that was delivered."""
        if len(self._until) + len(sent) > MOST_KNOWN:
            self._until.clear()
        until = self._clock() + KNOWN_S
        self._until.update(dict.fromkeys(sent, until))

    def forget(self) -> None:
        """Take nothing as known: the receiver is another one, or has lost what it had."""
        self._until.clear()
