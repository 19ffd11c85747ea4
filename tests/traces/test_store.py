"""What the store keeps, what it lets go, and that it counts what it lets go."""

import tracemalloc

from dashboard.traces.limits import StoreLimits
from dashboard.traces.store import StoreCounts, TraceStore
from tests.support.spans import make_open, make_span


def test_absorbing_returns_what_changed_something() -> None:
    store = TraceStore()
    opened, final = make_open(received_ns=1), make_span(received_ns=2)
    assert store.absorb([opened]) == [opened]
    assert store.absorb([opened]) == []
    assert store.absorb([final]) == [final]
    assert store.absorb([opened, final]) == []
    assert store.trace(final.trace_id) == [final]


def test_an_open_span_that_arrives_after_its_end_changes_nothing() -> None:
    store = TraceStore()
    store.absorb([make_span(received_ns=1)])
    assert store.absorb([make_open(received_ns=2)]) == []


def test_a_trace_is_read_in_the_order_of_its_starts() -> None:
    store = TraceStore()
    store.absorb([make_span(3), make_span(1), make_span(2)])
    assert [span.name for span in store.trace(make_span().trace_id)] == ["span 1", "span 2", "span 3"]


def test_an_unknown_trace_is_empty() -> None:
    assert TraceStore().trace("f" * 32) == []


def test_the_trace_that_was_quiet_the_longest_goes_first_and_is_counted() -> None:
    store = TraceStore(StoreLimits(traces=2))
    store.absorb([make_span(1, trace=1), make_span(2, trace=1), make_span(1, trace=2)])
    store.absorb([make_span(3, trace=1)])
    store.absorb([make_span(1, trace=3)])
    assert store.trace(f"{2:032x}") == []
    assert len(store.trace(f"{1:032x}")) == 3
    assert store.counts() == StoreCounts(2, 4, evicted_traces=1, evicted_spans=1, cut_spans=0)


def test_the_number_of_spans_is_bounded_over_all_traces() -> None:
    store = TraceStore(StoreLimits(spans=10))
    store.absorb(make_span(number, trace=number % 4) for number in range(40))
    assert store.counts().spans <= 10
    assert store.counts().spans + store.evicted_spans == 40


def test_a_trace_is_cut_at_its_limit_and_its_known_spans_still_end() -> None:
    store = TraceStore(StoreLimits(spans_per_trace=2))
    store.absorb([make_open(1), make_open(2), make_open(3)])
    assert store.cut_spans == 1
    assert store.absorb([make_span(1)]) == [make_span(1)]
    assert len(store.trace(make_span().trace_id)) == 2


def test_everything_that_was_accepted_is_kept_or_counted() -> None:
    store = TraceStore(StoreLimits(traces=5, spans=20, spans_per_trace=6, bytes=40_000))
    store.absorb(make_span(number, trace=number % 9) for number in range(300))
    counts = store.counts()
    assert counts.spans + counts.evicted_spans + counts.cut_spans == 300


def test_memory_is_bounded_and_the_estimate_is_not_below_what_is_used() -> None:
    limit = 4 * 1024 * 1024
    store = TraceStore(StoreLimits(bytes=limit))
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(6_000):
        attributes = {f"attribute.{place}": f"value {number} {place}" for place in range(12)}
        store.absorb([make_span(number, trace=number // 10, attributes=attributes)])
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert store.evicted_spans > 0
    assert store.bytes <= limit
    assert used <= limit


def test_memory_is_bounded_for_a_few_large_spans() -> None:
    limit = 4 * 1024 * 1024
    store = TraceStore(StoreLimits(bytes=limit))
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(100):
        store.absorb([make_span(number, trace=number, attributes={"large": chr(97 + number % 26) * 100_000})])
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert 0 < store.counts().spans < 100
    assert used <= limit


def test_a_single_trace_beyond_the_memory_limit_goes_and_is_counted() -> None:
    store = TraceStore(StoreLimits(bytes=10_000))
    store.absorb([make_span(attributes={"large": "x" * 20_000})])
    assert store.counts() == StoreCounts(0, 0, evicted_traces=1, evicted_spans=1, cut_spans=0)
    assert store.bytes == 0


def test_what_is_new_since_a_revision_comes_in_the_order_of_the_changes_and_once() -> None:
    store = TraceStore()
    store.absorb([make_open(1), make_open(2), make_open(3)])
    seen = store.revision
    store.absorb([make_span(2), make_open(4)])
    store.absorb([make_span(4)])
    assert [kept.span for kept in store.since(seen)] == [make_span(2), make_span(4)]
    assert store.since(store.revision) == []


def test_a_snapshot_holds_the_newest_version_of_each_span() -> None:
    store = TraceStore()
    store.absorb([make_open(1), make_open(2), make_span(1)])
    assert sorted(store.snapshot(), key=lambda span: span.span_id) == [make_span(1), make_open(2)]
