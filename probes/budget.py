"""Decides how much of a request is recorded, so that a loaded process sheds detail, not truth.

Asked once when a request arrives. Within the budget it keeps every stage, beyond it only its
`server` span, beyond twice the budget it is only counted.
"""

import enum
import time
from collections.abc import Callable

FIRST_GUESS = 12.0
"""Spans a request is expected to make before any was seen."""
MEMORY = 16
"""Requests over which the expectation follows what requests really make."""


class Detail(enum.Enum):
    """How much of one request is recorded."""

    FULL = enum.auto()
    REDUCED = enum.auto()
    COUNTED = enum.auto()


class Budget:
    """Spans per second of one process.

    A request is charged on arrival with what recent requests made: a burst of a thousand at once
    would otherwise be admitted whole before its first spans were counted.
    """

    def __init__(self, spans_a_second: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = spans_a_second
        self._clock = clock
        self._second = 0
        self._charged = 0.0
        self._expected = FIRST_GUESS

    def admit(self) -> Detail:
        """Charge one arriving request and say how much of it to record.

        Threads may interleave here: the sums are then off by one request, which no promise depends on.
        """
        second = int(self._clock())
        if second != self._second:
            self._second, self._charged = second, 0.0
        if not self._charged or self._charged + self._expected <= self._limit:
            self._charged += self._expected
            return Detail.FULL
        if self._charged + 1 <= 2 * self._limit:
            self._charged += 1
            return Detail.REDUCED
        return Detail.COUNTED

    def learn(self, spans: int) -> None:
        """Take into account that a fully recorded request made ``spans`` spans."""
        self._expected += (spans - self._expected) / MEMORY
