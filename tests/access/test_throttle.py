"""Guessing gets slow for everybody, and typing a wrong code once does not."""

import asyncio

import pytest

from dashboard.access.throttle import LoginThrottle


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
def throttle(clock: Clock) -> LoginThrottle:
    return LoginThrottle(clock)


def _guess_wrong(throttle: LoginThrottle, times: int) -> None:
    for _ in range(times):
        throttle.record_failure()


async def test_a_few_wrong_tries_cost_nobody_anything(throttle: LoginThrottle, clock: Clock) -> None:
    _guess_wrong(throttle, LoginThrottle.FREE_FAILURES - 1)
    assert await throttle.acquire()
    assert clock.now == 1000


async def test_after_many_wrong_tries_all_tries_are_a_second_apart(throttle: LoginThrottle, clock: Clock) -> None:
    _guess_wrong(throttle, LoginThrottle.FREE_FAILURES)
    compared = []
    for _ in range(4):
        assert await throttle.acquire()
        compared.append(clock.now)
    assert compared == [1000, 1001, 1002, 1003]


async def test_nobody_joins_a_queue_that_is_too_long(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    throttle = LoginThrottle(clock)
    _guess_wrong(throttle, LoginThrottle.FREE_FAILURES)

    async def stand_still(_: float) -> None:
        return

    monkeypatch.setattr(asyncio, "sleep", stand_still)
    answers = [await throttle.acquire() for _ in range(100)]
    assert answers.count(True) == LoginThrottle.LONGEST_WAIT_S + 1


async def test_the_throttle_lets_go_after_a_quiet_minute(throttle: LoginThrottle, clock: Clock) -> None:
    _guess_wrong(throttle, LoginThrottle.FREE_FAILURES)
    assert throttle.is_active()
    clock.now += LoginThrottle.WINDOW_S + 1
    assert not throttle.is_active()
    assert throttle.wait_s() == 0


async def test_tries_at_once_are_counted_like_tries_one_by_one() -> None:
    throttle = LoginThrottle()
    compared = 0

    async def guess() -> None:
        nonlocal compared
        if await throttle.acquire():
            compared += 1
            throttle.record_failure()

    guesses = [asyncio.ensure_future(guess()) for _ in range(100)]
    await asyncio.wait(guesses, timeout=LoginThrottle.INTERVAL_S / 5)
    for waiting in guesses:
        waiting.cancel()
    # The first whose turn it is need not wait.
    assert compared == LoginThrottle.FREE_FAILURES + 1
