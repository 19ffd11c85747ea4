"""What the sender's thread costs is spread over the spans that it sent."""

from probes.delivery.span_cost import SPANS_COUNTED, SpanCost


class Clock:
    ns = 0

    def __call__(self) -> int:
        return self.ns


def test_nothing_is_said_before_anything_was_sent() -> None:
    assert SpanCost(Clock()).of(10) is None


def test_the_cpu_time_is_spread_over_the_spans_that_were_sent() -> None:
    clock = Clock()
    cost = SpanCost(clock)
    clock.ns = 1_000
    cost.book(10)
    assert cost.of(1) == 100
    assert cost.of(30) == 3_000


def test_what_messages_without_spans_cost_counts_as_well() -> None:
    clock = Clock()
    cost = SpanCost(clock)
    clock.ns = 500
    cost.book(0)
    clock.ns = 1_000
    cost.book(10)
    assert cost.of(1) == 100


def test_the_latest_spans_count_most() -> None:
    clock = Clock()
    cost = SpanCost(clock)
    clock.ns = 1_000_000
    cost.book(SPANS_COUNTED)
    for _ in range(10):
        clock.ns += 10 * SPANS_COUNTED
        cost.book(SPANS_COUNTED)
    assert cost.of(1) is not None
    assert 10 <= (cost.of(1) or 0) < 20
