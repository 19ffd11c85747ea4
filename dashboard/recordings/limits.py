"""The bounds of what is recorded."""

from dataclasses import dataclass

from dashboard.traces.limits import StoreLimits

GIB = 1024**3
HOUR_S = 3600.0
STORE = StoreLimits()


@dataclass(frozen=True, slots=True)
class RecordingLimits:
    """Beyond `recordings` or `bytes` the oldest films are evicted, deleted ones first, and counted."""

    recordings: int = 500
    bytes: int = GIB
    """All films together, compressed."""
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


LIMITS = RecordingLimits()
"""The bounds that apply: a constant, and so none of the objects that `services` makes."""
