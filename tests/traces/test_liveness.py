"""A process that died ends its open spans, once, and never one that lives."""

from itertools import permutations

import pytest

from dashboard.traces.liveness import Host, LifeLedger, Sign
from dashboard.traces.span import Span
from dashboard.traces.store import TraceStore
from tests.support.spans import SECOND_NS, START_NS, make_open, make_span

HERE, ELSEWHERE = Host("here", "pid:[1]"), Host("elsewhere", "pid:[2]")
NOW_NS = START_NS + 10 * SECOND_NS


def ledger(*running: int) -> LifeLedger:
    """A ledger on a machine where these processes run."""
    return LifeLedger(HERE, lambda pid, since_ns: pid in running)


def opened(instance: str, number: int = 1) -> Span:
    return make_open(number, attributes={"service.instance.id": instance})


def sign(pid: int, host: Host = HERE, promise_s: float = 4, age_s: float = 0) -> Sign:
    return Sign(f"{host.name}:{pid}", pid, host, promise_s, age_s)


def looked_every_second(lives: LifeLedger, spans: list[Span], from_s: int, to_s: int) -> list[Span]:
    return [span for second in range(from_s, to_s + 1) for span in lives.died(spans, second, NOW_NS)]


def test_the_spans_of_a_process_that_is_gone_end_in_one_sentence() -> None:
    lives = ledger()
    lives.note([sign(7)], 0)
    [span] = lives.died([opened("here:7")], 1, NOW_NS)
    assert (span.end_ns, span.status) == (NOW_NS, "error")
    assert span.attributes["gatescope.died"] is True
    assert span.attributes["error.type"] == "worker_died"
    assert span.attributes["otel.status_description"] == "died with worker 7 after 10.0 s"


def test_a_process_of_this_machine_that_runs_may_be_silent_for_as_long_as_it_likes() -> None:
    lives = ledger(7)
    lives.note([sign(7)], 0)
    assert looked_every_second(lives, [opened("here:7")], 0, 100) == []


def test_a_process_elsewhere_is_dead_after_twelve_seconds_of_silence_and_not_before() -> None:
    lives = ledger(7)
    lives.note([sign(7, ELSEWHERE)], 0)
    assert looked_every_second(lives, [opened("elsewhere:7")], 0, 12) == []
    [span] = lives.died([opened("elsewhere:7")], 13, NOW_NS)
    assert span.end_ns == max(NOW_NS - 13 * SECOND_NS, span.start_ns)


def test_signs_of_life_keep_a_process_elsewhere_alive() -> None:
    lives = ledger()
    for second in range(60):
        if second % 4 == 0:
            lives.note([sign(7, ELSEWHERE)], second)
        assert lives.died([opened("elsewhere:7")], second, NOW_NS) == []


def test_the_same_process_id_in_another_container_is_another_process() -> None:
    lives = ledger(7)
    lives.note([sign(7), Sign("container:7", 7, Host("here", "pid:[99]"), 4)], 0)
    spans = [opened("here:7", 1), opened("container:7", 2)]
    assert [span.span_id for span in looked_every_second(lives, spans, 0, 13)] == [spans[1].span_id]


@pytest.mark.parametrize("known", [[], [sign(7, ELSEWHERE, promise_s=0)]], ids=["stranger", "promises nothing"])
def test_who_promises_nothing_is_never_called_dead(known: list[Sign]) -> None:
    lives = ledger()
    lives.note(known, 0)
    assert looked_every_second(lives, [opened("elsewhere:7")], 0, 100) == []


def test_a_dashboard_that_stood_still_calls_nobody_silent() -> None:
    lives = ledger()
    lives.note([sign(7, ELSEWHERE)], 0)
    assert looked_every_second(lives, [opened("elsewhere:7")], 0, 1) == []
    assert lives.died([opened("elsewhere:7")], 100, NOW_NS) == []


def test_another_dashboard_s_news_count_from_when_the_process_was_heard() -> None:
    one, other = ledger(), ledger()
    one.note([sign(7, ELSEWHERE)], 0)
    other.note(one.recent(5), 1_000)
    assert looked_every_second(other, [opened("elsewhere:7")], 1_000, 1_007) == []
    assert looked_every_second(other, [opened("elsewhere:7")], 1_008, 1_008) != []


def test_old_news_do_not_make_a_process_silent() -> None:
    lives = ledger()
    lives.note([sign(7, ELSEWHERE)], 100)
    lives.note([sign(7, ELSEWHERE, age_s=11)], 100)
    assert looked_every_second(lives, [opened("elsewhere:7")], 100, 110) == []


def test_only_so_many_processes_are_remembered() -> None:
    lives = LifeLedger(HERE, lambda pid, since_ns: False, instances=10)
    lives.note([sign(pid) for pid in range(20)], 0)
    assert [one.pid for one in lives.recent(0)] == list(range(10, 20))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_its_own_end_counts_whatever_came_first(order: tuple[int, ...]) -> None:
    """It was only slow: concluded to be dead, it ends by itself after all."""
    versions = [
        make_open(1, received_ns=1),
        make_span(1, attributes={"gatescope.died": True}, status="error", received_ns=2),
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
