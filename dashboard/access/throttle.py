"""Slows down guessing: after some wrong tries, by whomever, everybody's tries take turns.

Global on purpose: a guesser has many addresses, and a class behind one router has one.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable


class LoginThrottle:
    """Call `acquire` before a try is compared and `record_failure` after a wrong one."""

    FREE_FAILURES = 10
    WINDOW_S = 60.0
    """Failures older than this are forgotten."""
    INTERVAL_S = 1.0
    """The time between two tries while the throttle is active."""
    LONGEST_WAIT_S = 10.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: deque[float] = deque()
        self._next_turn = 0.0

    async def acquire(self) -> bool:
        """Wait until this try may be compared. Return False at once when too many are waiting already."""
        wait_s = self.wait_s()
        if wait_s > self.LONGEST_WAIT_S:
            return False
        if self.is_active():
            self._next_turn = self._clock() + wait_s + self.INTERVAL_S
        # Whoever need not wait does not let others in between: their failures would not be counted yet.
        if wait_s:
            await asyncio.sleep(wait_s)
        return True

    def wait_s(self) -> float:
        """Return the seconds that the next try would wait."""
        return max(0.0, self._next_turn - self._clock()) if self.is_active() else 0.0

    def is_active(self) -> bool:
        """Return whether so many tries failed lately that tries have to take turns."""
        while self._failures and self._failures[0] < self._clock() - self.WINDOW_S:
            self._failures.popleft()
        return len(self._failures) >= self.FREE_FAILURES

    def record_failure(self) -> None:
        """Count a wrong try."""
        self._failures.append(self._clock())
