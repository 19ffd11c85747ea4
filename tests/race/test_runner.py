"""A race is a queue of its orders, and what it measured is kept at its end."""

import asyncio

import pytest

from dashboard.fleet.supervisor import Fleet
from dashboard.measuring.queue import QueueRunner
from dashboard.measuring.steps import make_order
from dashboard.race import runner as module
from dashboard.race.race import NAME, Race
from dashboard.race.runner import RaceRunner
from dashboard.runs.exclusive import BusyError, Exclusive
from dashboard.runs.orders import Order
from dashboard.runs.results import RunResult
from tests.lessons.made import surroundings
from tests.race.made import request, result, run_of
from tests.runs.firing import Recorder


class Bench:
    """A race runner whose orders are carried out by the test."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, object]] = []
        self.exclusive = Exclusive(lambda: False)
        self.races = RaceRunner(Fleet(), Recorder().runner, QueueRunner(self.exclusive), self.keep, self.exclusive)

    async def keep(self, race_id: str, name: str, kept: object) -> None:
        self.kept.append((race_id, name, kept))

    async def ended(self) -> None:
        while self.races.queue:
            await asyncio.sleep(0.01)


def race_of(*servers: str) -> tuple[Race, list[Order]]:
    form = {"scenario": "hello", "count": "1"}
    race = Race(
        id="c" * 16,
        scenario="hello",
        count=1,
        concurrency=1,
        seconds=None,
        start="in turn",
        runners=dict.fromkeys(servers, "asgi"),
    )
    return race, [make_order(Fleet(), [server], form) for server in servers]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    async def fire(_fleet: object, _runner: object, order: Order) -> RunResult:
        await asyncio.sleep(0)
        return run_of({server: result(1.0, request(1.0)) for server in order.servers}, "hello")

    monkeypatch.setattr(module, "fire", fire)
    monkeypatch.setattr(module, "read_surroundings", lambda _fleet, _servers: surroundings())
    return Bench()


async def test_each_server_runs_in_turn_and_the_race_is_kept(bench: Bench) -> None:
    race, orders = race_of("uvicorn", "daphne")
    bench.races.start(race, orders)
    assert bench.races.state_of(race.id) == "running"
    await bench.ended()
    assert bench.races.state_of(race.id) == "done"
    assert {entry.server for entry in race.result().ranked} == {"uvicorn", "daphne"}
    assert bench.kept == [(race.id, NAME, race.result())]


async def test_a_race_that_is_stopped_before_any_server_finished_is_not_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fire_for_ever(_fleet: object, _runner: object, _order: Order) -> RunResult:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(module, "fire", fire_for_ever)
    race, orders = race_of("uvicorn")
    bench.races.start(race, orders)
    await asyncio.sleep(0.05)
    assert await bench.races.stop()
    assert (bench.races.state_of(race.id), bench.kept) == ("stopped", [])
    assert not await bench.races.stop()


async def test_while_a_race_is_in_progress_no_lesson_can_begin(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    measuring = asyncio.Event()

    async def fire(_fleet: object, _runner: object, order: Order) -> RunResult:
        measuring.set()
        await asyncio.sleep(0.05)
        return run_of({server: result(1.0, request(1.0)) for server in order.servers}, "hello")

    monkeypatch.setattr(module, "fire", fire)
    bench.races.start(*race_of("uvicorn"))
    await measuring.wait()
    with pytest.raises(BusyError, match="A race is being measured"):
        bench.exclusive.claim("Lesson 1")
    await bench.ended()
    bench.exclusive.claim("Lesson 1")
