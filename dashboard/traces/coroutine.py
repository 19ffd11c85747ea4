"""When the coroutine of a span held its event loop: `gatescope.slices`, decoded in one place. Pure."""

from collections.abc import Iterator

from dashboard.traces.attributes import SLICES, SLICES_MERGED
from dashboard.traces.span import Span


def coroutine_turns(span: Span) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each turn, in Unix ns. Of too many the probes merge the last ones: those are left out."""
    flat = span.attributes.get(SLICES)
    if not isinstance(flat, list):
        return
    known = flat[:-2] if span.attributes.get(SLICES_MERGED) else flat
    for offset_ns, length_ns in zip(known[::2], known[1::2], strict=False):
        if isinstance(offset_ns, int) and isinstance(length_ns, int):
            start_ns = span.start_ns + offset_ns
            yield start_ns, start_ns + max(length_ns, 0)
