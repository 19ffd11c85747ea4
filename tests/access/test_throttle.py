"""Guessing gets slow for everybody, and typing a wrong code once does not."""

import asyncio

import pytest

from dashboard.access.throttle import Brake


class Clock:
    """A clock that stands until it is set, and moves on when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(asyncio, "sleep", clock.sleep)
    return clock


@pytest.fixture
def brake(clock: Clock) -> Brake:
    return Brake(clock)


def _guess_wrong(brake: Brake, times: int) -> None:
    for _ in range(times):
        brake.wrong()


async def test_a_few_wrong_tries_cost_nobody_anything(brake: Brake, clock: Clock) -> None:
    _guess_wrong(brake, Brake.FREE_WRONG_TRIES - 1)
    assert await brake.turn()
    assert clock.now == 1000


async def test_after_many_wrong_tries_everybodys_tries_are_a_second_apart(brake: Brake, clock: Clock) -> None:
    _guess_wrong(brake, Brake.FREE_WRONG_TRIES)
    compared = []
    for _ in range(4):
        assert await brake.turn()
        compared.append(clock.now)
    assert compared == [1000, 1001, 1002, 1003]


async def test_nobody_joins_a_queue_that_is_too_long(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    brake = Brake(clock)
    _guess_wrong(brake, Brake.FREE_WRONG_TRIES)

    async def stand_still(_: float) -> None:
        return

    monkeypatch.setattr(asyncio, "sleep", stand_still)
    answers = [await brake.turn() for _ in range(100)]
    assert answers.count(True) == Brake.LONGEST_WAIT_S + 1


async def test_the_brake_lets_go_after_a_quiet_minute(brake: Brake, clock: Clock) -> None:
    _guess_wrong(brake, Brake.FREE_WRONG_TRIES)
    assert brake.is_on()
    clock.now += Brake.WINDOW_S + 1
    assert not brake.is_on()
    assert brake.delay() == 0
