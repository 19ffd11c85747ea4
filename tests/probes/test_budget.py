"""Beyond its spans per second a process reduces requests, beyond twice that it only counts them."""

from collections import Counter

from probes.budget import FIRST_GUESS, Budget, Detail


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_requests_within_the_budget_are_full() -> None:
    budget = Budget(4_000, Clock())
    assert {budget.admit() for _ in range(int(4_000 / FIRST_GUESS))} == {Detail.FULL}


def test_a_burst_is_reduced_then_counted() -> None:
    budget = Budget(120, Clock())
    seen = Counter(budget.admit() for _ in range(500))
    assert seen[Detail.FULL] == 120 / FIRST_GUESS
    assert seen[Detail.REDUCED] == 120
    assert seen[Detail.COUNTED] == 500 - 130


def test_the_next_second_begins_anew() -> None:
    clock = Clock()
    budget = Budget(20, clock)
    while budget.admit() is not Detail.COUNTED:
        pass
    clock.now += 1
    assert budget.admit() is Detail.FULL


def test_one_request_a_second_is_always_full() -> None:
    assert Budget(1, Clock()).admit() is Detail.FULL


def test_what_requests_make_is_learnt() -> None:
    budget = Budget(1_000, Clock())
    for _ in range(200):
        budget.learn(100)
    assert sum(budget.admit() is Detail.FULL for _ in range(50)) == 10
