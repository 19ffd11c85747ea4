"""What one viewer has been sent and has not acknowledged yet. Pure; the consumer asks it before each frame."""

from collections import deque

from dashboard.live.limits import ViewerLimits


class Window:
    """Counts unacknowledged frames and bytes. Daphne has no back-pressure, so this is what bounds its
    buffers.
    """

    def __init__(self, limits: ViewerLimits) -> None:
        self._limits = limits
        self._unacked: deque[tuple[int, int]] = deque()
        self.bytes = 0
        self.last_seq = -1

    @property
    def frames(self) -> int:
        """Messages on their way."""
        return len(self._unacked)

    @property
    def relaxed(self) -> bool:
        """Whether at least half of the room is free: time to start over with a viewer who fell behind."""
        limits = self._limits
        return self.frames * 2 <= limits.unacked_frames and self.bytes * 2 <= limits.unacked_bytes

    def fits(self, size: int) -> bool:
        """Whether a message of `size` bytes may be sent now. With nothing on its way, one always may."""
        if not self._unacked:
            return True
        limits = self._limits
        return self.frames < limits.unacked_frames and self.bytes + size <= limits.unacked_bytes

    def sent(self, seq: int, size: int) -> None:
        """Note a message that leaves. A fragment has no number: it is acknowledged with the frame after it."""
        self._unacked.append((seq, size))
        self.bytes += size

    def acknowledge(self, seq: int) -> bool:
        """Free what was sent up to `seq`. False for a number that was never sent."""
        if not 0 <= seq <= self.last_seq:
            return False
        while self._unacked and self._unacked[0][0] <= seq:
            self.bytes -= self._unacked.popleft()[1]
        return True
