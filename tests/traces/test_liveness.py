"""A process that died ends its open spans, once, and never one that is alive."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from dashboard.traces.liveness import Heartbeat, Host, LivenessTracker
from dashboard.traces.span import Span
from dashboard.traces.store import TraceStore
from tests.support.spans import SECOND_NS, START_NS, make_open, make_span

HERE, ELSEWHERE = Host("here", "pid:[1]"), Host("elsewhere", "pid:[2]")
NOW_NS = START_NS + 10 * SECOND_NS


def make_tracker(*running: int) -> LivenessTracker:
    """A tracker on a machine where these processes run."""
    return LivenessTracker(HERE, lambda pid, since_ns: pid in running)


def no_trace(trace_id: str) -> list[Span]:
    return []


def opened(instance: str, number: int = 1) -> Span:
    return make_open(number, attributes={"service.instance.id": instance})


def heartbeat(pid: int, host: Host = HERE, interval_s: float = 4, age_s: float = 0) -> Heartbeat:
    return Heartbeat(f"{host.name}:{pid}", pid, host, interval_s, age_s)


def check_every_second(tracker: LivenessTracker, spans: list[Span], from_s: int, to_s: int) -> list[Span]:
    return [
        span for second in range(from_s, to_s + 1) for span in tracker.end_orphans(spans, no_trace, second, NOW_NS)
    ]


def test_the_spans_of_a_process_that_is_gone_end_in_one_sentence() -> None:
    tracker = make_tracker()
    tracker.record([heartbeat(7)], 0)
    [span] = tracker.end_orphans([opened("here:7")], no_trace, 1, NOW_NS)
    assert (span.end_ns, span.status) == (NOW_NS, "error")
    assert span.attributes["gatescope.died"] is True
    assert span.attributes["error.type"] == "worker_died"
    assert span.attributes["otel.status_description"] == "died with worker 7 after 10.0 s"


@pytest.mark.parametrize(
    ("true", "forged"),
    [
        (heartbeat(7), {"pid": 8}),
        (heartbeat(7, ELSEWHERE), {"host": HERE}),
        (heartbeat(7, ELSEWHERE), {"interval_s": 0.1}),
        (heartbeat(7, ELSEWHERE), {"interval_s": 0}),
    ],
)
def test_nobody_else_decides_whether_a_process_is_alive(true: Heartbeat, forged: dict[str, Any]) -> None:
    tracker = make_tracker(7)
    tracker.record([replace(true, sender="honest")], 0)
    tracker.record([replace(true, sender="forger", **forged)], 0)
    [known] = tracker.recent(0)
    assert known == replace(true, sender="honest")
    assert check_every_second(tracker, [opened(true.instance)], 0, 11) == []


def test_a_request_that_was_answered_has_not_died_with_its_process() -> None:
    tracker = make_tracker()
    tracker.record([heartbeat(7)], 0)
    answered_ns = START_NS + 5 * SECOND_NS
    lists = {"": ["StopIteration"], ".at_ns": [5 * SECOND_NS], ".took_ns": [0], ".more": [False]}
    instance = {"service.instance.id": "here:7"}
    request = make_open(
        1,
        stage="server",
        start_ns=START_NS,
        attributes={**instance, **{f"gatescope.conversation{name}": value for name, value in lists.items()}},
    )
    before = make_open(2, parent_id=request.span_id, attributes=instance)
    after = make_open(3, parent_id=request.span_id, start_ns=answered_ns + 1, attributes=instance)
    trace = [request, before, after]
    ended = tracker.end_orphans(trace, lambda trace_id: trace, 1, NOW_NS)
    assert [span.end_ns for span in ended] == [answered_ns, answered_ns, NOW_NS]
    for span in ended:
        assert (span.end_not_told, span.status) == (True, "unset")
        assert not {"gatescope.died", "error.type"} & set(span.attributes)
        assert not span.certain


def test_a_process_of_this_machine_that_runs_may_be_silent_for_as_long_as_it_likes() -> None:
    tracker = make_tracker(7)
    tracker.record([heartbeat(7)], 0)
    assert check_every_second(tracker, [opened("here:7")], 0, 100) == []


def test_a_process_elsewhere_is_dead_after_twelve_seconds_of_silence_and_not_before() -> None:
    tracker = make_tracker(7)
    tracker.record([heartbeat(7, ELSEWHERE)], 0)
    assert check_every_second(tracker, [opened("elsewhere:7")], 0, 12) == []
    [span] = tracker.end_orphans([opened("elsewhere:7")], no_trace, 13, NOW_NS)
    assert span.end_ns == max(NOW_NS - 13 * SECOND_NS, span.start_ns)


def test_signs_of_life_keep_a_process_elsewhere_alive() -> None:
    tracker = make_tracker()
    for second in range(60):
        if second % 4 == 0:
            tracker.record([heartbeat(7, ELSEWHERE)], second)
        assert tracker.end_orphans([opened("elsewhere:7")], no_trace, second, NOW_NS) == []


def test_the_same_process_id_in_another_container_is_another_process() -> None:
    tracker = make_tracker(7)
    tracker.record([heartbeat(7), Heartbeat("container:7", 7, Host("here", "pid:[99]"), 4)], 0)
    spans = [opened("here:7", 1), opened("container:7", 2)]
    assert [span.span_id for span in check_every_second(tracker, spans, 0, 13)] == [spans[1].span_id]


@pytest.mark.parametrize("known", [[], [heartbeat(7, ELSEWHERE, interval_s=0)]], ids=["stranger", "promises nothing"])
def test_who_promises_nothing_is_never_called_dead(known: list[Heartbeat]) -> None:
    tracker = make_tracker()
    tracker.record(known, 0)
    assert check_every_second(tracker, [opened("elsewhere:7")], 0, 100) == []


def test_a_dashboard_that_stood_still_calls_nobody_silent() -> None:
    tracker = make_tracker()
    tracker.record([heartbeat(7, ELSEWHERE)], 0)
    assert check_every_second(tracker, [opened("elsewhere:7")], 0, 1) == []
    assert tracker.end_orphans([opened("elsewhere:7")], no_trace, 100, NOW_NS) == []


def test_another_dashboard_s_news_count_from_when_the_process_was_heard() -> None:
    one, other = make_tracker(), make_tracker()
    one.record([heartbeat(7, ELSEWHERE)], 0)
    other.record(one.recent(5), 1_000)
    assert check_every_second(other, [opened("elsewhere:7")], 1_000, 1_007) == []
    assert check_every_second(other, [opened("elsewhere:7")], 1_008, 1_008) != []


def test_old_news_do_not_make_a_process_silent() -> None:
    tracker = make_tracker()
    tracker.record([heartbeat(7, ELSEWHERE)], 100)
    tracker.record([heartbeat(7, ELSEWHERE, age_s=11)], 100)
    assert check_every_second(tracker, [opened("elsewhere:7")], 100, 110) == []


def test_only_so_many_processes_are_remembered() -> None:
    tracker = LivenessTracker(HERE, lambda pid, since_ns: False, limit=10)
    tracker.record([heartbeat(pid) for pid in range(20)], 0)
    assert [one.pid for one in tracker.recent(0)] == list(range(10, 20))


@pytest.mark.parametrize("concluded", ["gatescope.died", "gatescope.end_not_told"])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_its_own_end_counts_whatever_came_first(order: tuple[int, ...], concluded: str) -> None:
    """It was only slow: concluded to be dead, it ends by itself after all."""
    versions = [
        make_open(1, received_ns=1),
        make_span(1, attributes={concluded: True}, status="error", received_ns=2),
        make_span(1, name="its own end", received_ns=3),
    ]
    store = TraceStore()
    for place in order:
        store.absorb([versions[place]])
    assert [span.name for span in store.snapshot()] == ["its own end"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_two_dashboards_that_both_concluded_the_later_counts(order: tuple[int, ...]) -> None:
    versions = [
        make_open(1, received_ns=1),
        make_span(1, name="earlier", attributes={"gatescope.died": True}, received_ns=2),
        make_span(1, name="later", attributes={"gatescope.died": True}, received_ns=3),
    ]
    store = TraceStore()
    for place in order:
        store.absorb([versions[place]])
    assert [span.name for span in store.snapshot()] == ["later"]
    assert store.open_spans() == []


def test_a_store_knows_its_open_spans_through_every_change() -> None:
    store = TraceStore()
    store.absorb([make_open(1, received_ns=1), make_open(2, trace=2, received_ns=1)])
    store.absorb([make_open(1, received_ns=2)])
    assert [span.received_ns for span in store.open_spans() if span.trace_id == make_open(1).trace_id] == [2]
    store.absorb([make_span(1)])
    assert [span.span_id for span in store.open_spans()] == [make_open(2).span_id]
