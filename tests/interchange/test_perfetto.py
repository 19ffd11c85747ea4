"""A film as Perfetto's trace format: every rule that a viewer relies on, and who is shown where."""

import json
from collections import defaultdict
from typing import Any

from hypothesis import given

from dashboard.interchange.perfetto import perfetto_json
from dashboard.traces.span import Span
from tests.interchange.films import few, films
from tests.support.spans import SECOND_NS, START_NS, make_open, make_span

MS = SECOND_NS // 1_000
PHASES = {
    "X": {"ph", "name", "cat", "ts", "dur", "pid", "tid", "args"},
    "M": {"ph", "name", "ts", "pid", "tid", "args"},
    "i": {"ph", "s", "name", "cat", "ts", "pid", "tid", "args"},
    "s": {"ph", "name", "cat", "id", "ts", "pid", "tid"},
    "f": {"ph", "bp", "name", "cat", "id", "ts", "pid", "tid"},
}


Event = dict[str, Any]


def exported(*spans: Span) -> list[Event]:
    events: list[Event] = json.loads(perfetto_json(spans))["traceEvents"]
    return events


def of_phase(events: list[Event], phase: str) -> list[Event]:
    return [event for event in events if event["ph"] == phase]


def row(event: Event) -> tuple[int, int]:
    return event["pid"], event["tid"]


def ns(us: float) -> int:
    return round(us * 1_000)


def titles(events: list[Event], what: str = "thread") -> dict[tuple[int, int], str]:
    return {row(event): event["args"]["name"] for event in events if event["name"] == f"{what}_name"}


def placed(*spans: Span) -> dict[str, str]:
    """The title of the row of each span, by the span's name."""
    events = exported(*spans)
    return {
        event["name"]: titles(events)[row(event)] for event in of_phase(events, "X") if "span_id" in event["args"]
    }


def running(number: int, from_ms: float, to_ms: float, **fields: Any) -> Span:
    about = {"process.pid": 7, "thread.id": 70, "thread.name": "MainThread"} | fields.pop("attributes", {})
    return make_span(
        number, start_ns=START_NS + from_ms * MS, end_ns=START_NS + to_ms * MS, attributes=about, **fields
    )


@few
@given(films)
def test_every_event_has_what_its_phase_needs(film: Any) -> None:
    events = exported(*film)
    for event in events:
        assert set(event) == PHASES[event["ph"]]
        assert isinstance(event["pid"], int)
        assert isinstance(event["tid"], int)
        assert event["ts"] >= 0
        assert event.get("dur", 0) >= 0
    spans = [event for event in of_phase(events, "X") if "span_id" in event["args"]]
    assert len(spans) == len(film)


@few
@given(films)
def test_in_each_row_slices_stand_side_by_side_or_within_each_other(film: Any) -> None:
    rows = defaultdict(list)
    for event in of_phase(exported(*film), "X"):
        rows[row(event)].append((ns(event["ts"]), ns(event["ts"] + event["dur"]), event["args"]["trace_id"]))
    for slices in rows.values():
        stack: list[tuple[int, str]] = []
        for start, end, trace in sorted(slices, key=lambda piece: (piece[0], -piece[1])):
            while stack and stack[-1][0] <= start:
                stack.pop()
            assert not stack or (end <= stack[-1][0] and trace == stack[-1][1])
            stack.append((end, trace))


@few
@given(films)
def test_every_row_and_every_process_is_named_once(film: Any) -> None:
    events = exported(*film)
    drawn = {row(event) for event in events if event["ph"] != "M"}
    named = [row(event) for event in events if event["name"] == "thread_name"]
    assert sorted(named) == sorted(set(named))
    assert drawn <= set(named)
    processes = [event["pid"] for event in events if event["name"] == "process_name"]
    assert sorted(processes) == sorted(set(processes))
    assert {pid for pid, _ in drawn} <= set(processes)


@few
@given(films)
def test_every_arrow_has_two_ends_and_leaves_while_something_lasts(film: Any) -> None:
    events = exported(*film)
    starts, ends = ({event["id"]: event for event in of_phase(events, phase)} for phase in "sf")
    assert set(starts) == set(ends)
    slices = of_phase(events, "X")
    for event in [*starts.values(), *ends.values()]:
        at = ns(event["ts"])
        assert any(row(one) == row(event) and ns(one["ts"]) <= at <= ns(one["ts"] + one["dur"]) for one in slices)


def test_times_are_microseconds_after_the_first_start() -> None:
    [event] = of_phase(exported(running(1, 0, 2, name="view")), "X")
    assert (event["ts"], event["dur"]) == (0, 2_000)
    assert json.loads(perfetto_json([make_span(1)]))["otherData"]["first_start_unix_ns"] == str(START_NS + 1)


def test_a_worker_is_a_thread_by_its_number_in_the_system() -> None:
    events = exported(running(1, 0, 10, name="server", stage="server"), running(2, 1, 9, name="view"))
    assert {row(event) for event in of_phase(events, "X")} == {(7, 70)}
    assert titles(events)[(7, 70)] == "MainThread"
    assert titles(events, "process")[(7, 0)] == "uvicorn 7"


def test_requests_that_a_loop_holds_at_once_have_a_row_each() -> None:
    spans = [
        running(number, 0, 10, trace=number, name=f"r{number}", attributes={"gatescope.loop": 1}) for number in (1, 2)
    ]
    assert placed(*spans) == {"r1": "in flight on loop 1", "r2": "in flight on loop 1 (2)"}


def test_a_loops_row_shows_whose_turn_it_was() -> None:
    outer = running(1, 0, 10, attributes={"gatescope.loop": 1, "gatescope.slices": [0, 2 * MS, 8 * MS, MS]})
    inner = running(2, 0, 10, attributes={"gatescope.loop": 1, "gatescope.slices": [0, MS, 2 * MS, MS]})
    turns = [event for event in of_phase(exported(outer, inner), "X") if event["cat"] == "turn"]
    assert [(event["ts"], event["dur"]) for event in turns] == [(0, 3_000), (8_000, 1_000)]


def test_a_hop_to_a_thread_is_shown_on_both_sides() -> None:
    crossing = {
        "gatescope.loop": 1,
        "gatescope.crossing.direction": "to_thread",
        "gatescope.crossing.started_ns": START_NS + 2 * MS,
        "gatescope.crossing.returned_ns": START_NS + 8 * MS,
        "gatescope.crossing.thread.id": 71,
        "gatescope.crossing.thread.name": "ThreadPoolExecutor-0_0",
        "gatescope.crossing.function": "shop.views.page",
    }
    hop = running(1, 0, 10, stage="crossing", name="sync view", attributes=crossing)
    view = running(2, 3, 7, name="view", parent_id=hop.span_id, attributes={"thread.id": 71})
    events = exported(hop, view)
    assert placed(hop, view) == {"sync view": "in flight on loop 1", "view": "ThreadPoolExecutor-0_0"}
    [far] = [event for event in of_phase(events, "X") if event["name"] == "shop.views.page"]
    assert (row(far), far["ts"], far["dur"]) == ((7, 71), 2_000, 6_000)
    [arrow] = of_phase(events, "f")
    assert (row(arrow), arrow["ts"]) == ((7, 71), 3_000)


def test_client_nginx_and_queue_stand_outside_the_threads() -> None:
    spans = [
        running(number, 0, 10, name=stage, stage=stage) for number, stage in enumerate(["client", "proxy", "queue"])
    ]
    assert placed(*spans) == {"client": "client", "proxy": "nginx", "queue": "queue"}
    processes = set(titles(exported(*spans), "process").values())
    assert processes == {"client of uvicorn", "nginx of uvicorn", "uvicorn 7"}


def test_two_machines_may_have_one_process_number() -> None:
    events = exported(*(running(number, 0, 1, server=f"s{number}") for number in (1, 2)))
    assert sorted(titles(events, "process").values()) == ["s1 7", "s2 7"]
    assert len({event["pid"] for event in of_phase(events, "X")}) == 2


def test_what_is_open_lasts_until_the_last_thing_known() -> None:
    events = exported(make_open(1, start_ns=START_NS), running(2, 0, 10, trace=2))
    [event] = [event for event in of_phase(events, "X") if event["args"].get("gatescope.open")]
    assert event["dur"] == 10_000
