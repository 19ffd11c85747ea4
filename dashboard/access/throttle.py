"""Slows down guessing: after some wrong tries, by whomever, everybody's tries take turns.

Global on purpose: a guesser has many addresses, and a class behind one router has one.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable


class Brake:
    """Call `turn` before a try is compared and `wrong` after one that failed."""

    FREE_WRONG_TRIES = 10
    WINDOW_S = 60.0
    """Wrong tries older than this are forgotten."""
    TURN_S = 1.0
    """The distance between tries while the brake is on."""
    LONGEST_WAIT_S = 10.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: deque[float] = deque()
        self._next_turn = 0.0

    async def turn(self) -> bool:
        """Wait until this try may be compared; False at once when too many wait already."""
        delay = self.delay()
        if delay > self.LONGEST_WAIT_S:
            return False
        if self.is_on():
            self._next_turn = self._clock() + delay + self.TURN_S
        await asyncio.sleep(delay)
        return True

    def delay(self) -> float:
        """Seconds that the next try would wait."""
        return max(0.0, self._next_turn - self._clock()) if self.is_on() else 0.0

    def is_on(self) -> bool:
        """Whether so many tries were wrong lately that they have to take turns."""
        while self._wrong and self._wrong[0] < self._clock() - self.WINDOW_S:
            self._wrong.popleft()
        return len(self._wrong) >= self.FREE_WRONG_TRIES

    def wrong(self) -> None:
        """Remember a wrong try."""
        self._wrong.append(self._clock())
