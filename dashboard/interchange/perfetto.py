"""A film as a trace that ui.perfetto.dev and chrome://tracing open: processes, threads, loops and arrows. Pure.

A worker's thread is a thread there. What is in flight on an event loop overlaps, so it gets rows of its own; the
loop's row shows its turns, when it really ran whose coroutine. An arrow leads wherever a request goes on elsewhere.
https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU (Trace Event Format)
"""

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dashboard.interchange.row_packing import pack_rows
from dashboard.interchange.tracks import SYSTEM_TIDS, Slice, Track, TrackProcess, Tracks, build_tracks
from dashboard.traces.span import Span, SpanKey
from dashboard.types import JsonObject, JsonValue

NS_PER_US = 1_000
PIDS = range(1, 2**31)


class PerfettoRow(NamedTuple):
    """A row, by the numbers of its process and its thread as the format requires."""

    pid: int
    tid: int


def perfetto_json(spans: Sequence[Span]) -> str:
    """Return the film as ASCII text; times in it are µs after the first start.

    Takes about 50 µs a span: not on an event loop.
    """
    last_ns = max((max(span.start_ns, span.end_ns or 0) for span in spans), default=0)
    tracks = build_tracks(spans, last_ns)
    zero_ns = min((one.start_ns for slices in tracks.values() for one in slices), default=0)
    drawing = _Drawing(zero_ns)
    drawing.draw(tracks)
    drawing.add_events(spans)
    about = {"producer": "Gatescope", "first_start_unix_ns": str(zero_ns)}
    events = ",".join(_compact(event) for event in drawing.events)
    return f'{{"displayTimeUnit":"ms","otherData":{_compact(about)},"traceEvents":[{events}]}}'


class _Drawing:
    """The events so far, and which numbers are taken."""

    def __init__(self, zero_ns: int) -> None:
        self.events: list[JsonObject] = []
        self._zero_ns = zero_ns
        self._pids: dict[TrackProcess, int] = {}
        self._free_pids = itertools.count(1)
        self._free_tids = itertools.count(SYSTEM_TIDS.stop)
        self._drawn: dict[SpanKey, tuple[PerfettoRow, Slice]] = {}
        self._flows = itertools.count(1)
        self._order = itertools.count()

    def draw(self, tracks: Tracks) -> None:
        """Name every process and row, and draw what is on it."""
        self._number([track.process for track in tracks])
        for track, slices in tracks.items():
            rows: dict[int, PerfettoRow] = {}
            for one, place in pack_rows(slices):
                if place not in rows:
                    rows[place] = self._row(track, place)
                self._draw_slice(rows[place], one)

    def add_events(self, spans: Sequence[Span]) -> None:
        """Draw what happened at one moment, and an arrow to each span whose parent is in another row."""
        for span in spans:
            row, drawn = self._drawn[span.key]
            for event in span.events:
                # A clock that differs must not move it before the beginning of the trace.
                at_ns = min(max(event.time_ns, drawn.start_ns), drawn.end_ns)
                at: dict[str, JsonValue] = {
                    "ph": "i",
                    "s": "t",
                    "name": event.name,
                    "cat": "event",
                    "ts": self._us(at_ns),
                }
                self.events.append({**at, **row._asdict(), "args": dict(event.attributes)})
            parent = self._drawn.get((span.trace_id, span.parent_id or ""))
            if parent and parent[0] != row:
                self.events.extend(self._arrow(parent, row, drawn))

    def _number(self, processes: Sequence[TrackProcess]) -> None:
        """Give each process its own pid, or a free one if it has none or another process has the same."""
        known = {process.pid for process in processes}
        for process in dict.fromkeys(processes):
            pid = process.pid
            if pid is None or pid not in PIDS or pid in self._pids.values():
                pid = next(number for number in self._free_pids if number not in known)
            self._pids[process] = pid
            self._name("process", PerfettoRow(pid, 0), process.title)

    def _row(self, track: Track, place: int) -> PerfettoRow:
        tid = track.key if isinstance(track.key, int) and place == 0 else next(self._free_tids)
        row = PerfettoRow(self._pids[track.process], tid)
        self._name("thread", row, track.label if place == 0 else f"{track.label} ({place + 1})")
        return row

    def _name(self, what: str, row: PerfettoRow, title: str) -> None:
        for suffix, args in (("name", {"name": title}), ("sort_index", {"sort_index": next(self._order)})):
            self.events.append({"ph": "M", "name": f"{what}_{suffix}", **row._asdict(), "ts": 0, "args": args})

    def _draw_slice(self, row: PerfettoRow, drawn: Slice) -> None:
        if drawn.span_id:
            self._drawn[(drawn.owner, drawn.span_id)] = (row, drawn)
        when = {"ts": self._us(drawn.start_ns), "dur": (drawn.end_ns - drawn.start_ns) / NS_PER_US}
        self.events.append(
            {"ph": "X", "name": drawn.name, "cat": drawn.category, **when, **row._asdict(), "args": drawn.args}
        )

    def _arrow(self, parent: tuple[PerfettoRow, Slice], row: PerfettoRow, drawn: Slice) -> Iterator[JsonObject]:
        """Yield an arrow. It must leave its parent while that lasts, or viewers attach it to something else."""
        leaves_ns = min(max(drawn.start_ns, parent[1].start_ns), parent[1].end_ns)
        flow: dict[str, JsonValue] = {"cat": "request", "name": "goes on", "id": next(self._flows)}
        yield {"ph": "s", **flow, "ts": self._us(leaves_ns), **parent[0]._asdict()}
        yield {"ph": "f", "bp": "e", **flow, "ts": self._us(drawn.start_ns), **row._asdict()}

    def _us(self, ns: int) -> float:
        return (ns - self._zero_ns) / NS_PER_US


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
