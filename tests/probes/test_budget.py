"""Beyond its spans per second a process reduces requests, and when even these are too many it counts them."""

from collections import Counter

from probes.budget import BURST_S, FIRST_GUESS, Budget, Detail


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_of_four_seconds_worth_is_full() -> None:
    budget = Budget(1_000, Clock())
    assert {budget.admit() for _ in range(int(BURST_S * 1_000 / FIRST_GUESS))} == {Detail.FULL}


def test_a_longer_burst_is_reduced_then_counted() -> None:
    budget = Budget(30, Clock())
    seen = Counter(budget.admit() for _ in range(500))
    assert seen[Detail.FULL] == 10
    assert seen[Detail.REDUCED] == 120
    assert seen[Detail.COUNTED] == 500 - 130


def test_under_lasting_load_the_budget_of_each_second_is_full() -> None:
    clock = Clock()
    budget = Budget(120, clock)
    while budget.admit() is not Detail.COUNTED:
        pass
    clock.now += 1
    assert Counter(budget.admit() for _ in range(50))[Detail.FULL] == 10


def test_one_request_after_a_pause_is_always_full() -> None:
    clock = Clock()
    budget = Budget(1, clock)
    for _ in range(3):
        assert budget.admit() is Detail.FULL
        clock.now += 60


def test_what_requests_make_is_learnt() -> None:
    budget = Budget(250, Clock())
    for _ in range(200):
        budget.learn(100)
    assert sum(budget.admit() is Detail.FULL for _ in range(50)) == 10
