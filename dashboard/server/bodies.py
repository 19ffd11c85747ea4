"""The bodies that are still being sent: all together they are bounded, and each has to keep a pace. Pure.

A request whose headers are not complete has a body, too, of which nothing has come.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

MIB = 1024 * 1024
KIB = 1024
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """What senders that take their time may cost."""

    memory_bytes: int = 64 * MIB
    """Of all unfinished bodies together."""
    grace_s: float = 10.0
    """How long a body may take, however short it is."""
    bytes_per_s: int = 16 * KIB
    """Each second above the grace has to be paid with so many bytes: the longest body of spans may take 266 s."""


@dataclass(slots=True)
class _Body:
    begun_s: float
    bytes: int = 0
    bytes_in_memory: int = 0


class UnfinishedBodies(Generic[K]):
    """What has arrived of each body, by whatever stands for its request. `now_s` is any monotonic clock."""

    def __init__(self, limits: BodyLimits | None = None) -> None:
        self._limits = limits or BodyLimits()
        self._bodies: dict[K, _Body] = {}
        """The longest under way first."""
        self.memory_bytes = 0

    def begin(self, request: K, now_s: float) -> None:
        """Expect a body."""
        self._bodies[request] = _Body(now_s)

    def add(self, request: K, size: int, *, in_memory: bool) -> list[K]:
        """Count a piece. Return the requests to refuse, for there is too much of all: the longest under way first."""
        if body := self._bodies.get(request):
            body.bytes += size
            if in_memory:
                body.bytes_in_memory += size
                self.memory_bytes += size
        return self._excess()

    def end(self, request: K) -> None:
        """Forget a body that is complete, or that will not come any more. Others are nothing to forget."""
        if body := self._bodies.pop(request, None):
            self.memory_bytes -= body.bytes_in_memory

    def late(self, now_s: float) -> list[K]:
        """Return the requests whose bodies have not kept the pace."""
        limits = self._limits
        return [
            request
            for request, body in self._bodies.items()
            if now_s - body.begun_s > limits.grace_s + body.bytes / limits.bytes_per_s
        ]

    def _excess(self) -> list[K]:
        excess = self.memory_bytes - self._limits.memory_bytes
        found: list[K] = []
        for request, body in self._bodies.items():
            if excess <= 0:
                break
            excess -= body.bytes_in_memory
            found.append(request)
        return found
