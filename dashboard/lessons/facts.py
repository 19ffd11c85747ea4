"""What the spans of one request say about the server that worked for it: its loops, threads and crossings. Pure.

Only what the server that was fired at did itself counts: a service that its view calls has threads of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.traces.span import Span

PID = "process.pid"
THREAD = "thread.name"
LOOP = "gatescope.loop"
CROSSING_THREAD = "gatescope.crossing.thread.name"
CROSSING_LOOP = "gatescope.crossing.loop"
SLICES = "gatescope.slices"
SLICES_MERGED = "gatescope.slices_merged"
NS = 1e9


@dataclass(frozen=True, slots=True)
class Facts:
    """One request, as its server's spans tell it. Threads and loops are named as ``process id/name``."""

    threads: tuple[str, ...] = ()
    """Every thread that did anything for the request, with those on the far side of a crossing."""
    loops: tuple[str, ...] = ()
    """Every event loop that ran something of it."""
    crossings: int = 0
    """Hops between the sync and the async world."""
    lag_s: float | None = None
    """The longest that one of its coroutines held its loop at a stretch; None where none ran."""


def facts(spans: Sequence[Span]) -> Facts:
    """Read the spans of one trace. An overloaded server sends fewer spans, which then tell of less."""
    own = list(_own(spans))
    return Facts(
        threads=_distinct(own, THREAD, CROSSING_THREAD),
        loops=_distinct(own, LOOP, CROSSING_LOOP),
        crossings=sum(1 for span in own if span.stage == "crossing"),
        lag_s=max((slice_ns / NS for span in own for slice_ns in _slices_ns(span)), default=None),
    )


def _own(spans: Sequence[Span]) -> Iterator[Span]:
    """The spans of the server that was fired at; without a client's span, of the first that a server sent."""
    first = next((span for stage in ("client", "server") for span in spans if span.stage == stage), None)
    return (span for span in spans if first and span.server == first.server and span.attributes.get(PID))


def _distinct(spans: Sequence[Span], *keys: str) -> tuple[str, ...]:
    found = (
        f"{span.attributes[PID]}/{value}"
        for span in spans
        for key in keys
        if (value := span.attributes.get(key)) is not None
    )
    return tuple(dict.fromkeys(found))


def _slices_ns(span: Span) -> Iterator[int]:
    """How long each turn of a coroutine was. When there were too many, the last stands for all that followed."""
    flat = span.attributes.get(SLICES)
    if isinstance(flat, list):
        lengths = flat[1::2]
        yield from (ns for ns in lengths[: -1 if span.attributes.get(SLICES_MERGED) else None] if isinstance(ns, int))
