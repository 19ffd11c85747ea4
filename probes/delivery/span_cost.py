"""What the sender's thread costs, spread over the spans it sent: the CPU of a span, as of the last few hundred.

A span that is sent while little happens costs more than one of many in a message, so only the latest count.
"""

from collections.abc import Callable
from time import thread_time_ns

SPANS_COUNTED = 500
"""About how many of the latest spans the average is of."""


class SpanCost:
    """An account of one thread's CPU time and of what it sent. To be used by that thread alone."""

    def __init__(self, cpu_clock: Callable[[], int] = thread_time_ns) -> None:
        self._cpu_clock = cpu_clock
        self._booked_ns = cpu_clock()
        self._cpu_ns = 0.0
        self._spans = 0.0

    def book(self, spans: int) -> None:
        """Book what was used since the last call for so many spans."""
        now_ns = self._cpu_clock()
        self._cpu_ns += now_ns - self._booked_ns
        self._spans += spans
        self._booked_ns = now_ns
        if self._spans > SPANS_COUNTED:
            kept = SPANS_COUNTED / self._spans
            self._cpu_ns *= kept
            self._spans *= kept

    def of(self, spans: int) -> int | None:
        """Return the nanoseconds that so many spans cost; None as long as none was sent."""
        return round(self._cpu_ns / self._spans * spans) if self._spans else None
