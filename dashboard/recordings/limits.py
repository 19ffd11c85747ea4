"""How much is recorded: the bounds of the database, each with a name."""

from dataclasses import dataclass

from dashboard.traces.limits import StoreLimits

GIB = 1024**3
HOUR_S = 3600.0
STORE = StoreLimits()


@dataclass(frozen=True, slots=True)
class RecordingLimits:
    """Beyond `recordings` or `bytes` the oldest films go, those that were deleted first, and are counted."""

    recordings: int = 500
    bytes: int = GIB
    """Of all films together, compressed."""
    spans: int = STORE.spans
    """Of one film; the page that plays it holds no more."""
    traces: int = STORE.traces
    """Of one film, likewise."""
    text: int = 32_768
    """Characters of one recording that can be searched for."""
    undo_s: float = HOUR_S
    """So long what was deleted can be brought back."""
    stubs: int = 10_000
    """So many recordings that are gone are remembered, for links that still lead to them."""
