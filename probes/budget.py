"""Decides how much of a request is recorded, so that a loaded process sheds detail, not truth.

Consulted once when a request arrives. Within the budget every stage is recorded, beyond it only the `server` span,
and when even those are too many the request is only counted.
"""

import enum
import time
from collections.abc import Callable

FIRST_GUESS = 12.0
"""Spans that the first request is expected to make."""
MEMORY = 16
"""Requests over which the expectation adapts to the spans that requests really make."""
BURST_S = 4.0
"""Seconds of the budget that may be saved up: a class fires a hundred requests at once, then looks at them."""


class Detail(enum.Enum):
    """How much of one request is recorded."""

    FULL = enum.auto()
    REDUCED = enum.auto()
    COUNTED = enum.auto()


class TokenBucket:
    """Spans that may be made: ``rate`` per second, saved up for at most `BURST_S` seconds."""

    __slots__ = ("_filled_at", "_rate", "_tokens")

    def __init__(self, rate: float, now: float) -> None:
        self._rate = rate
        self._filled_at = now
        self._tokens = rate * BURST_S

    def take(self, spans: float, now: float) -> bool:
        """Spend ``spans`` if they are available; more than a bucket holds passes when the bucket is full."""
        most = self._rate * BURST_S
        self._tokens = min(most, self._tokens + self._rate * (now - self._filled_at))
        self._filled_at = now
        if self._tokens < min(spans, most):
            return False
        self._tokens -= spans
        return True


class Budget:
    """Spans per second of one process: one bucket for requests in full, another of the same size for reduced ones.

    A request is charged on arrival with what recent requests made: a burst of a thousand at once would otherwise be
    admitted in full before its first spans were counted.
    """

    def __init__(self, spans_a_second: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full = TokenBucket(spans_a_second, clock())
        self._reduced = TokenBucket(spans_a_second, clock())
        self._expected = FIRST_GUESS

    def admit(self) -> Detail:
        """Charge one arriving request and return how much of it to record.

        Threads may interleave here: the totals are then off by one request, which nothing depends on.
        """
        now = self._clock()
        if self._full.take(self._expected, now):
            return Detail.FULL
        return Detail.REDUCED if self._reduced.take(1, now) else Detail.COUNTED

    def admit_message(self) -> bool:
        """Charge one message of a WebSocket, which makes one span or none."""
        return self._full.take(1, self._clock())

    def learn(self, spans: int) -> None:
        """Take into account that a fully recorded request made ``spans`` spans."""
        self._expected += (spans - self._expected) / MEMORY
