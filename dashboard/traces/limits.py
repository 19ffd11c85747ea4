"""The bounds of the trace store."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoreLimits:
    """Beyond any of these, the traces that have been quiet the longest are evicted, and counted."""

    traces: int = 5_000
    spans: int = 100_000
    """What one process may send in ten seconds by default (`probes.settings.Settings.budget`)."""
    bytes: int = 256 * MIB
    """Memory, as estimated by `StoredSpan.footprint`."""
    spans_per_trace: int = 1_000
    """Further spans of the same trace are dropped, and counted."""
