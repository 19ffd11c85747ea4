"""Bounds what a process waits in vain at its end, however often it is asked to send what is left.

A process ends in steps: the shutdown of its lifespan, the end of its threads, ``atexit``, a signal that is raised
again. Each of them is somebody's last moment, so each flushes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

FLUSH_S = 1.5
"""Longest time that a process waits at its end for spans that are not sent yet; uWSGI rounds it up to seconds."""
ONE_END_S = 10.0
"""Flushes that follow within this time on one another belong to the same end."""


class FlushBudget:
    """What is left of `FLUSH_S` for the flushes of one end."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._spent_s = 0.0
        self._last_at = clock()

    @contextmanager
    def spend(self, longest_s: float = FLUSH_S) -> Iterator[float]:
        """Give the seconds that a flush may take, at most ``longest_s``, and book how long the block takes."""
        begun = self._clock()
        if begun - self._last_at > ONE_END_S:
            self._spent_s = 0.0
        try:
            yield max(0.0, min(longest_s, FLUSH_S - self._spent_s))
        finally:
            self._last_at = self._clock()
            self._spent_s += self._last_at - begun
