"""Batches between hubs are bounded, in order and each span once; one that is missing is noticed."""

from dashboard.live.peer_batches import MOST_PEERS, BatchQueue, GapDetector
from dashboard.traces.store import TraceStore
from tests.support.spans import make_open, make_span


def make_queue(store: TraceStore, batch_bytes: int = 1_000_000) -> BatchQueue:
    queue = BatchQueue(store, batch_bytes)
    queue.add(span.key for span in store.snapshot())
    return queue


def test_the_newest_version_of_a_span_is_sent_once() -> None:
    store = TraceStore()
    store.absorb([make_open(1)])
    queue = make_queue(store)
    store.absorb([make_span(1)])
    queue.add([make_span(1).key])
    assert [stored.span for stored in queue.take()] == [make_span(1)]
    assert not queue


def test_a_long_queue_is_sent_in_bounded_batches() -> None:
    store = TraceStore()
    store.absorb(make_span(number) for number in range(20))
    queue, batches = make_queue(store, batch_bytes=2_000), []
    while queue:
        batches.append(queue.take())
    assert len(batches) > 1
    assert [stored.span.name for batch in batches for stored in batch] == [f"span {number}" for number in range(20)]


def test_a_queue_of_what_is_gone_is_empty_after_it_was_asked() -> None:
    queue = BatchQueue(TraceStore(), 1_000)
    queue.add([make_span(1).key])
    assert queue
    assert queue.take() == []
    assert not queue


def test_replacing_a_queue_forgets_what_was_in_it() -> None:
    store = TraceStore()
    store.absorb([make_span(1), make_span(2)])
    queue = make_queue(store)
    queue.replace([make_span(2).key])
    assert [stored.span.name for stored in queue.take()] == ["span 2"]


def test_a_gap_is_a_number_that_does_not_follow_and_the_first_one_always_does() -> None:
    gaps = GapDetector()
    assert [gaps.is_gap("a", number) for number in (5, 6, 8, 9)] == [False, False, True, False]
    assert not gaps.is_gap("b", 1)


def test_beyond_many_hubs_the_one_heard_longest_ago_is_forgotten() -> None:
    gaps = GapDetector()
    gaps.is_gap("first", 1)
    for number in range(MOST_PEERS):
        gaps.is_gap(f"hub {number}", 1)
    assert not gaps.is_gap("first", 7)
