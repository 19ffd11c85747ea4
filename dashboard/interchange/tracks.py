"""Who ran what, for trace viewers: the spans of a film as marks on threads, loops and kinds of waiting. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from dashboard.interchange.row_packing import Piece
from dashboard.traces.attributes import (
    CROSSING_DIRECTION,
    CROSSING_FUNCTION,
    CROSSING_RETURNED,
    CROSSING_STARTED,
    CROSSING_THREAD_ID,
    CROSSING_THREAD_NAME,
    LOOP,
    OPEN,
    PROCESS_ID,
    SLICES,
    SLICES_MERGED,
    THREAD_ID,
    THREAD_NAME,
)
from dashboard.traces.span import Span

SYSTEM_TIDS = range(2**22 + 1)
"""Linux numbers threads up to 4,194,304; other numbers are none of the system's."""

Form: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Process:
    """A process of a server. `pid` is None where no span says it, and for what stands outside of the servers."""

    name: str
    pid: int | None = None

    @property
    def title(self) -> str:
        """What a viewer reads."""
        return self.name if self.pid is None else f"{self.name} {self.pid}"


@dataclass(frozen=True, slots=True)
class Track:
    """A thread by its number in the system, or a loop or a kind of waiting by what it is called."""

    process: Process
    key: int | str
    label: str = field(compare=False)
    """Spans may give one thread several names; the first counts."""


@dataclass(frozen=True, slots=True)
class Mark(Piece):
    """A piece with what is written on it. `span_id` is "" where it is not the span itself."""

    name: str
    category: str
    span_id: str = ""
    about: Form = field(default_factory=dict, hash=False)


Tracks: TypeAlias = dict[Track, list[Mark]]


def tracks(spans: Sequence[Span], last_ns: int) -> Tracks:
    """All that is drawn, by where. What is open lasts until `last_ns`."""
    found: Tracks = {}
    for span in spans:
        found.setdefault(_track(span), []).append(_mark(span, last_ns))
        if far := _far_side(span):
            found.setdefault(far[0], []).append(far[1])
    for track, turns in _turns(spans).items():
        found.setdefault(track, []).extend(turns)
    return found


def _track(span: Span) -> Track:
    if span.stage in {"client", "proxy"}:
        who = "client" if span.stage == "client" else "nginx"
        return Track(Process(f"{who} of {span.server}"), who, who)
    loop = span.attributes.get(LOOP)
    if span.stage == "queue":
        return Track(_process(span), "queue", "queue")
    if loop is not None:
        return Track(_process(span), f"in flight {loop}", f"in flight on loop {loop}")
    thread = _thread(span, THREAD_ID, THREAD_NAME)
    return thread or Track(_process(span), "requests", "requests")


def _process(span: Span) -> Process:
    pid = span.attributes.get(PROCESS_ID)
    return Process(span.server, pid if isinstance(pid, int) else None)


def _thread(span: Span, tid_name: str, label_name: str) -> Track | None:
    tid = span.attributes.get(tid_name)
    if not isinstance(tid, int) or tid not in SYSTEM_TIDS:
        return None
    return Track(_process(span), tid, str(span.attributes.get(label_name) or f"thread {tid}"))


def _mark(span: Span, last_ns: int) -> Mark:
    about: Form = {"trace_id": span.trace_id, "span_id": span.span_id, "status": span.status, **span.attributes}
    if span.parent_id:
        about["parent_id"] = span.parent_id
    if span.end_ns is None:
        about[OPEN] = True
    end_ns = last_ns if span.end_ns is None else span.end_ns
    start_ns = span.start_ns
    return Mark(span.trace_id, start_ns, max(start_ns, end_ns), span.name, span.stage or "other", span.span_id, about)


def _far_side(span: Span) -> tuple[Track, Mark] | None:
    """What a hop did in the thread that it went to; None for every other span, and where it never began."""
    thread = _thread(span, CROSSING_THREAD_ID, CROSSING_THREAD_NAME)
    start_ns, end_ns = (span.attributes.get(name) for name in (CROSSING_STARTED, CROSSING_RETURNED))
    if not thread or span.attributes.get(CROSSING_DIRECTION) != "to_thread":
        return None
    if not isinstance(start_ns, int) or not isinstance(end_ns, int):
        return None
    name = str(span.attributes.get(CROSSING_FUNCTION) or span.name)
    about = {"trace_id": span.trace_id, "far_side_of": span.span_id}
    return thread, Mark(span.trace_id, start_ns, max(start_ns, end_ns), name, "crossing", about=about)


def _turns(spans: Iterable[Span]) -> Tracks:
    """When each loop ran which request. A view's coroutine may run within the server's: both are one turn."""
    ran: dict[tuple[Track, str], tuple[Span, list[tuple[int, int]]]] = {}
    for span in spans:
        loop = span.attributes.get(LOOP)
        if loop is not None:
            track = Track(_process(span), f"loop {loop}", f"loop {loop}")
            ran.setdefault((track, span.trace_id), (span, []))[1].extend(_slices(span))
    found: Tracks = {}
    for (track, trace_id), (span, slices) in ran.items():
        for start_ns, end_ns in _united(slices):
            turn = Mark(trace_id, start_ns, end_ns, span.name, "turn", about={"trace_id": trace_id})
            found.setdefault(track, []).append(turn)
    return found


def _slices(span: Span) -> Iterator[tuple[int, int]]:
    """(start, end) of each stretch that a coroutine ran; the last of too many stands for all that followed."""
    flat = span.attributes.get(SLICES)
    if not isinstance(flat, list):
        return
    known = flat[: len(flat) - 2] if span.attributes.get(SLICES_MERGED) else flat
    for offset_ns, length_ns in zip(known[::2], known[1::2], strict=False):
        if isinstance(offset_ns, int) and isinstance(length_ns, int):
            yield span.start_ns + offset_ns, span.start_ns + offset_ns + max(length_ns, 0)


def _united(slices: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start_ns, end_ns in sorted(slices):
        if found and start_ns <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end_ns))
        else:
            found.append((start_ns, end_ns))
    return found
