"""The bounds of the trace store."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoreLimits:
    """Beyond any of these, the traces that have been quiet the longest are evicted, and counted."""

    traces: int = 2_000
    spans: int = 50_000
    bytes: int = 128 * MIB
    """Memory, as estimated by `StoredSpan.footprint`."""
    spans_per_trace: int = 1_000
    """Further spans of the same trace are dropped, and counted."""
