"""How much is kept: the bounds of the trace store, each with a name."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoreLimits:
    """Beyond any of these the traces that have been quiet the longest go, and are counted."""

    traces: int = 2_000
    spans: int = 50_000
    bytes: int = 128 * MIB
    """Of memory, as estimated by `store.footprint`."""
    spans_per_trace: int = 1_000
    """Further spans of the same trace are cut, and counted."""
