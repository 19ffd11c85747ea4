"""What one viewer has been sent and has not acknowledged yet. Pure; the consumer asks before sending."""

from collections import deque

from dashboard.live.limits import ViewerLimits


class Window:
    """Numbers frames and counts what is unacknowledged. Daphne has no back-pressure: this bounds its buffers."""

    def __init__(self, limits: ViewerLimits) -> None:
        self._limits = limits
        self._unacked: deque[tuple[int, int]] = deque()
        self.bytes = 0
        self.next_seq = 0

    @property
    def messages(self) -> int:
        """Messages in flight."""
        return len(self._unacked)

    @property
    def is_half_free(self) -> bool:
        """Whether at least half of the window is free: time to start over with a viewer who fell behind."""
        limits = self._limits
        return self.messages * 2 <= limits.unacked_frames and self.bytes * 2 <= limits.unacked_bytes

    def fits(self, size: int) -> bool:
        """Return whether a message of `size` bytes may be sent now. With nothing in flight, one always may."""
        if not self._unacked:
            return True
        limits = self._limits
        return self.messages < limits.unacked_frames and self.bytes + size <= limits.unacked_bytes

    def add_frame(self, size: int) -> None:
        """Count a frame that is sent with `next_seq`."""
        self._add(size)
        self.next_seq += 1

    def add_fragment(self, size: int) -> None:
        """Count a fragment that is sent. It has no number: it is acknowledged with the frame after it."""
        self._add(size)

    def acknowledge(self, seq: int) -> bool:
        """Free what was sent up to `seq`. Return False for a number that was never sent."""
        if not 0 <= seq < self.next_seq:
            return False
        while self._unacked and self._unacked[0][0] <= seq:
            self.bytes -= self._unacked.popleft()[1]
        return True

    def _add(self, size: int) -> None:
        self._unacked.append((self.next_seq, size))
        self.bytes += size
