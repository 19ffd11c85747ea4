"""A film as a trace that ui.perfetto.dev and chrome://tracing open: processes, threads, loops and arrows. Pure.

A worker's thread is a thread there. What is in flight on an event loop overlaps, so it gets rows of its own; the
loop's row shows its turns, when it really ran whose coroutine. An arrow leads wherever a request goes on elsewhere.
https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU (Trace Event Format)
"""

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from dashboard.interchange.row_packing import in_rows
from dashboard.interchange.tracks import SYSTEM_TIDS, Form, Mark, Process, Track, Tracks, tracks
from dashboard.traces.span import Span, SpanKey

NS_PER_US = 1_000
PIDS = range(1, 2**31)


class Row(NamedTuple):
    """A row by the numbers of its process and its thread, as the format wants them."""

    pid: int
    tid: int


def perfetto_json(spans: Sequence[Span]) -> str:
    """The film as ASCII text; times in it are µs after the first start. Takes about 50 µs a span: not on an event
    loop.
    """
    last_ns = max((max(span.start_ns, span.end_ns or 0) for span in spans), default=0)
    found = tracks(spans, last_ns)
    zero_ns = min((mark.start_ns for marks in found.values() for mark in marks), default=0)
    drawing = _Drawing(zero_ns)
    drawing.draw(found)
    drawing.tell(spans)
    about = {"producer": "Gatescope", "first_start_unix_ns": str(zero_ns)}
    events = ",".join(_compact(event) for event in drawing.events)
    return f'{{"displayTimeUnit":"ms","otherData":{_compact(about)},"traceEvents":[{events}]}}'


class _Drawing:
    """The events so far, and which numbers are taken."""

    def __init__(self, zero_ns: int) -> None:
        self.events: list[Form] = []
        self._zero_ns = zero_ns
        self._pids: dict[Process, int] = {}
        self._free_pids = itertools.count(1)
        self._free_tids = itertools.count(SYSTEM_TIDS.stop)
        self._drawn: dict[SpanKey, tuple[Row, Mark]] = {}
        self._flows = itertools.count(1)
        self._order = itertools.count()

    def draw(self, found: Tracks) -> None:
        """Name every process and row, and draw what is on it."""
        self._number([track.process for track in found])
        for track, marks in found.items():
            rows: dict[int, Row] = {}
            for mark, place in in_rows(marks):
                if place not in rows:
                    rows[place] = self._row(track, place)
                self._slice(rows[place], mark)

    def tell(self, spans: Sequence[Span]) -> None:
        """Draw what happened at one moment of a span, and the arrows from each span's parent in another row."""
        for span in spans:
            row, mark = self._drawn[span.key]
            for event in span.events:
                # A clock that differs must not put it before the beginning of the trace.
                at_ns = min(max(event.time_ns, mark.start_ns), mark.end_ns)
                at = {"ph": "i", "s": "t", "name": event.name, "cat": "event", "ts": self._us(at_ns)}
                self.events.append({**at, **row._asdict(), "args": dict(event.attributes)})
            parent = self._drawn.get((span.trace_id, span.parent_id or ""))
            if parent and parent[0] != row:
                self.events.extend(self._arrow(parent, row, mark))

    def _number(self, processes: Sequence[Process]) -> None:
        """Give each process its own pid; those that have none, or whose pid another has, get a free one."""
        told = {process.pid for process in processes}
        for process in dict.fromkeys(processes):
            pid = process.pid
            if pid is None or pid not in PIDS or pid in self._pids.values():
                pid = next(number for number in self._free_pids if number not in told)
            self._pids[process] = pid
            self._name("process", Row(pid, 0), process.title)

    def _row(self, track: Track, place: int) -> Row:
        tid = track.key if isinstance(track.key, int) and place == 0 else next(self._free_tids)
        row = Row(self._pids[track.process], tid)
        self._name("thread", row, track.label if place == 0 else f"{track.label} ({place + 1})")
        return row

    def _name(self, what: str, row: Row, title: str) -> None:
        for suffix, args in (("name", {"name": title}), ("sort_index", {"sort_index": next(self._order)})):
            self.events.append({"ph": "M", "name": f"{what}_{suffix}", **row._asdict(), "ts": 0, "args": args})

    def _slice(self, row: Row, mark: Mark) -> None:
        if mark.span_id:
            self._drawn[(mark.owner, mark.span_id)] = (row, mark)
        when = {"ts": self._us(mark.start_ns), "dur": (mark.end_ns - mark.start_ns) / NS_PER_US}
        self.events.append(
            {"ph": "X", "name": mark.name, "cat": mark.category, **when, **row._asdict(), "args": mark.about}
        )

    def _arrow(self, parent: tuple[Row, Mark], row: Row, mark: Mark) -> Iterator[Form]:
        """An arrow leaves its parent while that lasts, or it would be tied to something else."""
        leaves_ns = min(max(mark.start_ns, parent[1].start_ns), parent[1].end_ns)
        flow = {"cat": "request", "name": "goes on", "id": next(self._flows)}
        yield {"ph": "s", **flow, "ts": self._us(leaves_ns), **parent[0]._asdict()}
        yield {"ph": "f", "bp": "e", **flow, "ts": self._us(mark.start_ns), **row._asdict()}

    def _us(self, ns: int) -> float:
        return (ns - self._zero_ns) / NS_PER_US


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
