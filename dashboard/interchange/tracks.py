"""What ran where, for trace viewers: the spans of a film as slices on threads, loops and queues. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from dashboard.interchange.row_packing import Interval
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
    THREAD_ID,
    THREAD_NAME,
)
from dashboard.traces.coroutine import coroutine_turns
from dashboard.traces.span import Attributes, AttributeValue, Span

SYSTEM_TIDS = range(2**22 + 1)
"""Linux numbers threads up to 4,194,304; other numbers are not the system's."""


@dataclass(frozen=True, slots=True)
class TrackProcess:
    """A process of a server. `pid` is None where no span tells it, and for what is outside the servers."""

    name: str
    pid: int | None = None

    @property
    def title(self) -> str:
        """What a viewer shows."""
        return self.name if self.pid is None else f"{self.name} {self.pid}"


@dataclass(frozen=True, slots=True)
class Track:
    """A thread by its number in the system, or a loop or a queue by its name."""

    process: TrackProcess
    key: int | str
    label: str = field(compare=False)
    """Spans may give one thread several names; the first one counts."""


@dataclass(frozen=True, slots=True)
class Slice(Interval):
    """An interval with what is written on it. `span_id` is "" where it is not the span itself."""

    name: str
    category: str
    span_id: str = ""
    args: Attributes = field(default_factory=dict, hash=False)


Tracks: TypeAlias = dict[Track, list[Slice]]


def build_tracks(spans: Sequence[Span], last_ns: int) -> Tracks:
    """Return everything that is drawn, by track. What is open lasts until `last_ns`."""
    found: Tracks = {}
    for span in spans:
        found.setdefault(_track(span), []).append(_slice(span, last_ns))
        if far := _far_side(span):
            found.setdefault(far[0], []).append(far[1])
    for track, turns in _turns(spans).items():
        found.setdefault(track, []).extend(turns)
    return found


def _track(span: Span) -> Track:
    if span.stage in {"client", "proxy"}:
        who = "client" if span.stage == "client" else "nginx"
        return Track(TrackProcess(f"{who} of {span.server}"), who, who)
    loop = span.attributes.get(LOOP)
    if span.stage == "queue":
        return Track(_process(span), "queue", "queue")
    if loop is not None:
        return Track(_process(span), f"in flight {loop}", f"in flight on loop {loop}")
    thread = _thread(span, THREAD_ID, THREAD_NAME)
    return thread or Track(_process(span), "requests", "requests")


def _process(span: Span) -> TrackProcess:
    pid = span.attributes.get(PROCESS_ID)
    return TrackProcess(span.server, pid if isinstance(pid, int) else None)


def _thread(span: Span, tid_name: str, label_name: str) -> Track | None:
    tid = span.attributes.get(tid_name)
    if not isinstance(tid, int) or tid not in SYSTEM_TIDS:
        return None
    return Track(_process(span), tid, str(span.attributes.get(label_name) or f"thread {tid}"))


def _slice(span: Span, last_ns: int) -> Slice:
    args: dict[str, AttributeValue] = {
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "status": span.status,
        **span.attributes,
    }
    if span.parent_id:
        args["parent_id"] = span.parent_id
    if span.end_ns is None:
        args[OPEN] = True
    end_ns = last_ns if span.end_ns is None else span.end_ns
    start_ns = span.start_ns
    return Slice(span.trace_id, start_ns, max(start_ns, end_ns), span.name, span.stage or "other", span.span_id, args)


def _far_side(span: Span) -> tuple[Track, Slice] | None:
    """Return what a hop did in its target thread; None for every other span, and if it never began."""
    thread = _thread(span, CROSSING_THREAD_ID, CROSSING_THREAD_NAME)
    start_ns, end_ns = (span.attributes.get(name) for name in (CROSSING_STARTED, CROSSING_RETURNED))
    if not thread or span.attributes.get(CROSSING_DIRECTION) != "to_thread":
        return None
    if not isinstance(start_ns, int) or not isinstance(end_ns, int):
        return None
    name = str(span.attributes.get(CROSSING_FUNCTION) or span.name)
    args = {"trace_id": span.trace_id, "far_side_of": span.span_id}
    return thread, Slice(span.trace_id, start_ns, max(start_ns, end_ns), name, "crossing", args=args)


def _turns(spans: Iterable[Span]) -> Tracks:
    """Return when each loop ran which request. A view's coroutine within the server's is the same turn."""
    ran: dict[tuple[Track, str], tuple[Span, list[tuple[int, int]]]] = {}
    for span in spans:
        loop = span.attributes.get(LOOP)
        if loop is not None:
            track = Track(_process(span), f"loop {loop}", f"loop {loop}")
            ran.setdefault((track, span.trace_id), (span, []))[1].extend(coroutine_turns(span))
    found: Tracks = {}
    for (track, trace_id), (span, turns) in ran.items():
        for start_ns, end_ns in _unite(turns):
            turn = Slice(trace_id, start_ns, end_ns, span.name, "turn", args={"trace_id": trace_id})
            found.setdefault(track, []).append(turn)
    return found


def _unite(turns: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start_ns, end_ns in sorted(turns):
        if found and start_ns <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end_ns))
        else:
            found.append((start_ns, end_ns))
    return found
