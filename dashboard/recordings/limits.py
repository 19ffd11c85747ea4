"""The bounds of what is recorded."""

from dataclasses import dataclass

from dashboard.traces.limits import StoreLimits

GIB = 1024**3
HOUR_S = 3600.0
STORE = StoreLimits()


@dataclass(frozen=True, slots=True)
class Budget:
    """Beyond either the oldest films are evicted, deleted ones first, and counted."""

    recordings: int
    bytes: int
    """All films together, compressed."""


@dataclass(frozen=True, slots=True)
class RecordingLimits:
    """What is recorded by itself and what somebody kept have a budget each."""

    recordings: int = 500
    bytes: int = GIB
    kept_recordings: int = 500
    kept_bytes: int = GIB
    spans: int = STORE.spans
    """Per film; the page that plays it holds no more."""
    traces: int = STORE.traces
    """Per film, likewise."""
    text: int = 32_768
    """Searchable characters per recording."""
    undo_s: float = HOUR_S
    """How long a deletion can be undone."""
    stubs: int = 10_000
    """How many recordings that are gone are remembered, for links that still lead to them."""

    def budget(self, *, kept: bool) -> Budget:
        """Return the budget of what was kept, or of what is recorded by itself."""
        if kept:
            return Budget(self.kept_recordings, self.kept_bytes)
        return Budget(self.recordings, self.bytes)


LIMITS = RecordingLimits()
"""The bounds that apply: a constant, and so none of the objects that `services` makes."""
