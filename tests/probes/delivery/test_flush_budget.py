"""What a process waits in vain at its end is bounded, however many of its parts flush."""

from probes.delivery.flush_budget import FLUSH_S, ONE_END_S, FlushBudget


class Clock:
    """A clock that the test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_flushes_of_one_end_share_what_there_is() -> None:
    clock = Clock()
    budget = FlushBudget(clock)
    with budget.spend() as first:
        clock.now += 1.0
    clock.now += 2.0
    with budget.spend() as second:
        clock.now += 1.0
    with budget.spend() as third:
        pass
    assert (first, second, third) == (FLUSH_S, FLUSH_S - 1.0, 0.0)


def test_a_flush_that_took_no_time_takes_nothing_from_the_next() -> None:
    budget = FlushBudget(Clock())
    with budget.spend():
        pass
    with budget.spend() as second:
        assert second == FLUSH_S


def test_a_later_end_has_all_of_it_again() -> None:
    clock = Clock()
    budget = FlushBudget(clock)
    with budget.spend():
        clock.now += FLUSH_S
    clock.now += ONE_END_S + 1
    with budget.spend() as seconds:
        assert seconds == FLUSH_S


def test_less_may_be_asked_for() -> None:
    with FlushBudget(Clock()).spend(0.2) as seconds:
        assert seconds == 0.2
