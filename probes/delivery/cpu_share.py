"""Bounds the share of one core that a thread takes, by saying how long it has to pause.

Measured with the thread's own CPU clock: on a busy machine the time that a thread waits for a core is not its own.
"""

from collections.abc import Callable
from time import monotonic, thread_time

SAVED_S = 0.4
"""Seconds of CPU that may be saved up: what a class fires at once is seen at once, and paid for afterwards."""
LONGEST_PAUSE_S = 1.0


class CPUShare:
    """An account of one thread's CPU time: it earns ``percent`` of what passes and pays what it uses.

    To be used by that thread alone.
    """

    def __init__(
        self,
        percent: int,
        clock: Callable[[], float] = monotonic,
        cpu_clock: Callable[[], float] = thread_time,
    ) -> None:
        self._share = percent / 100
        self._clock = clock
        self._cpu_clock = cpu_clock
        self._settled_at = clock()
        self._used_s = cpu_clock()
        self._saved_s = SAVED_S

    def settle(self) -> float:
        """Book what passed and what was used since the last call; return the seconds to pause, 0 for none."""
        now, used_s = self._clock(), self._cpu_clock()
        earned_s = (now - self._settled_at) * self._share
        self._saved_s = min(SAVED_S, self._saved_s + earned_s) - (used_s - self._used_s)
        self._settled_at, self._used_s = now, used_s
        # What one pause cannot pay back is forgiven: a sender that reads a lot of source code must not fall silent.
        self._saved_s = max(self._saved_s, -LONGEST_PAUSE_S * self._share)
        return max(0.0, -self._saved_s / self._share)
