"""The threads, event loops and crossings that one request used, read from its spans. Pure.

Only the server that was fired at counts: a service that its view calls has threads of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from dashboard.traces.attributes import (
    CROSSING_LOOP,
    CROSSING_RETURNED,
    CROSSING_STARTED,
    CROSSING_THREAD_NAME,
    LOOP,
    PROCESS_ID,
    THREAD_NAME,
)
from dashboard.traces.coroutine import coroutine_turns
from dashboard.traces.span import Span

NS = 1e9

T = TypeVar("T", int, float)
Stay = tuple[int, int]
"""From when to when, unix ns."""


@dataclass(frozen=True, slots=True)
class ThreadUsage:
    """What one request used of its server. Threads and loops are named as ``process id/name``."""

    threads: Mapping[str, Stay] = field(default_factory=dict)
    """Every thread that did anything for the request, with those on the far side of a crossing: from the beginning of
    its first part of the work to the end of its last.
    """
    loops: tuple[str, ...] = ()
    """Every event loop that ran any part of it."""
    crossings: int = 0
    """Hops between the sync and the async world."""
    lag_s: float | None = None
    """The longest that one of its coroutines held its loop at a stretch; None if none ran."""


def read_thread_usage(spans: Sequence[Span]) -> ThreadUsage:
    """Read the spans of one trace. An overloaded server sends fewer spans, which then show less."""
    own = list(_own(spans))
    return ThreadUsage(
        threads=_join(stay for span in own for stay in _stays(span)),
        loops=_loops(own),
        crossings=sum(1 for span in own if span.stage == "crossing"),
        lag_s=max(
            ((end_ns - start_ns) / NS for span in own for start_ns, end_ns in coroutine_turns(span)), default=None
        ),
    )


def _own(spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the spans of the server that was fired at; without a client's span, of the first server that sent any."""
    first = next((span for stage in ("client", "server") for span in spans if span.stage == stage), None)
    return (span for span in spans if first and span.server == first.server and span.attributes.get(PROCESS_ID))


def most_at_once(stays: Iterable[tuple[str, tuple[float, float]]]) -> int:
    """Return how many of the named are present at the same time at most, each from its first to its last moment."""
    joined = _join(stays).values()
    # One that comes at the very moment at which another goes overlaps with it.
    moments = sorted([(begin, -1) for begin, _ in joined] + [(end, 1) for _, end in joined])
    present = most = 0
    for _, goes in moments:
        present -= goes
        most = max(most, present)
    return most


def _stays(span: Span) -> Iterator[tuple[str, Stay]]:
    """Yield the threads of a span and when each of them worked for it."""
    seen = span.attributes
    last_ns = span.start_ns if span.end_ns is None else span.end_ns
    for key, begin, end in (
        (THREAD_NAME, span.start_ns, last_ns),
        (
            CROSSING_THREAD_NAME,
            span.attributes.get(CROSSING_STARTED),
            span.attributes.get(CROSSING_RETURNED, last_ns),
        ),
    ):
        name = seen.get(key)
        if isinstance(name, str) and isinstance(begin, int) and isinstance(end, int):
            yield f"{seen[PROCESS_ID]}/{name}", (begin, end)


def _join(stays: Iterable[tuple[str, tuple[T, T]]]) -> dict[str, tuple[T, T]]:
    joined: dict[str, tuple[T, T]] = {}
    for name, (begin, end) in stays:
        first, last = joined.get(name, (begin, end))
        joined[name] = min(first, begin), max(last, end)
    return joined


def _loops(spans: Sequence[Span]) -> tuple[str, ...]:
    found = (
        f"{span.attributes[PROCESS_ID]}/{number}"
        for span in spans
        for key in (LOOP, CROSSING_LOOP)
        if (number := span.attributes.get(key)) is not None
    )
    return tuple(dict.fromkeys(found))
