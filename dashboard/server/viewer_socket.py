"""A viewer's socket as Daphne serves it, with a bound on what the viewer says.

A page sends a few dozen messages a second: it acknowledges frames. Each is work on the loop that all share, so what
comes faster is dropped before anybody reads it, and whoever does not stop is cut off.
"""

# Before anything of Twisted: Daphne chooses its reactor.
import daphne.server  # noqa: F401  # isort:skip
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from daphne.ws_protocol import WebSocketProtocol

logger = logging.getLogger(__name__)

TOO_MANY_MESSAGES = 4429
"""The close code of a viewer that was cut off; 4000-4999 are free (RFC 6455, 7.4.2)."""


@dataclass(frozen=True, slots=True)
class MessageRule:
    """How much a viewer may say."""

    per_s: float
    """Messages a second, pings included."""
    burst: int
    """Messages at once, after silence."""
    dropped: int
    """Messages beyond that, before the viewer is cut off."""
    bytes_per_s: float
    burst_bytes: int
    """Bytes on the wire: a message may be cut into frames without content."""


class Allowance:
    """Counts what one viewer says: a token bucket each for messages and for bytes. Pure; it is given the clock."""

    def __init__(self, rule: MessageRule, clock: Callable[[], float] = time.monotonic) -> None:
        self._rule = rule
        self._clock = clock
        self._messages, self._bytes = float(rule.burst), float(rule.burst_bytes)
        self._filled_s = clock()
        self.dropped = 0
        """How many messages came too fast."""

    @property
    def is_used_up(self) -> bool:
        """Whether it has said so much too much that it is to be cut off."""
        return self.dropped > self._rule.dropped or self._bytes < 0

    def take_bytes(self, size: int) -> None:
        """Count what arrived on the wire."""
        self._refill()
        self._bytes -= size

    def take_message(self) -> bool:
        """Count a message. Return False for one that came too fast."""
        self._refill()
        if self._messages < 1:
            self.dropped += 1
            return False
        self._messages -= 1
        return True

    def _refill(self) -> None:
        now_s = self._clock()
        passed_s = max(now_s - self._filled_s, 0.0)
        self._filled_s = now_s
        self._messages = min(self._rule.burst, self._messages + passed_s * self._rule.per_s)
        self._bytes = min(self._rule.burst_bytes, self._bytes + passed_s * self._rule.bytes_per_s)


class ViewerSocket(WebSocketProtocol):  # type: ignore[misc]
    """One socket. Autobahn calls the methods as bytes and messages arrive; the names are its own."""

    allowance: Allowance | None = None
    is_cut = False

    def _dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Take what arrived, unless this viewer has been cut off: then it is not even looked at."""
        if self.is_cut:
            return
        allowance = self._allowance
        if self.state == self.STATE_OPEN:
            allowance.take_bytes(len(data))
        if allowance.is_used_up:
            self._cut()
        else:
            super()._dataReceived(data)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803
        """Hand a message to the application, unless it came too fast."""
        if self._may_speak():
            super().onMessage(payload, isBinary)

    def onPing(self, payload: bytes) -> None:  # noqa: N802
        """Answer a ping, unless it came too fast."""
        if self._may_speak():
            super().onPing(payload)

    @property
    def _allowance(self) -> Allowance:
        if self.allowance is None:
            self.allowance = Allowance(self.factory.server_class.policy.message_rule)
        return self.allowance

    def _may_speak(self) -> bool:
        if self.is_cut:
            return False
        if self._allowance.take_message():
            return True
        if self._allowance.is_used_up:
            self._cut()
        return False

    def _cut(self) -> None:
        """Say goodbye and hear nothing more. Autobahn ends the connection when no goodbye comes back."""
        self.is_cut = True
        logger.warning("A viewer was cut off: %d of its messages came too fast", self._allowance.dropped)
        self.sendClose(TOO_MANY_MESSAGES)
