"""Lessons are carried out one at a time, their firings in turn or beside each other, on real sockets."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from dashboard.fleet.supervisor import Fleet
from dashboard.lessons import attempt_runner as module
from dashboard.lessons.attempt_runner import AttemptRunner
from dashboard.lessons.lesson import Firing
from dashboard.lessons.results import AttemptResult
from dashboard.runs.exclusive import BusyError, Exclusive
from dashboard.runs.prepare import ServerNotUpError
from dashboard.runs.target import Target
from tests.lessons.made import lesson, surroundings
from tests.runs.firing import Recorder, answer_ok, listening

TWO_IN_TURN = (
    Firing(name="one", servers=("uvicorn",), scenario="hello"),
    Firing(name="two", servers=("uvicorn",), scenario="hello", count=3),
)
BESIDE = (
    Firing(name="one", servers=("uvicorn",), scenario="hello"),
    Firing(name="two", servers=("uvicorn",), scenario="hello", beside="one", after_s=0.1),
)


class Bench:
    """An attempt runner whose server is a few lines of ours."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.recorder = Recorder()
        self.kept: list[AttemptResult] = []
        runner = self.recorder.runner
        self.attempts = AttemptRunner(Fleet(), runner, Exclusive(lambda: bool(runner.under_way())), self.keep)

    async def keep(self, attempt: AttemptResult) -> None:
        self.kept.append(attempt)


@pytest.fixture
async def bench(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    async def slowly(head: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        await answer_ok(head, writer)

    async with listening(slowly) as url:
        target = Target.of_url(url)

        async def ensure_servers_up(*_: Any, **__: Any) -> dict[str, Target]:
            return {"uvicorn": target}

        monkeypatch.setattr(module, "ensure_servers_up", ensure_servers_up)
        monkeypatch.setattr(module, "known_servers", lambda _fleet: ["uvicorn"])
        monkeypatch.setattr(module, "read_surroundings", lambda _fleet, _servers: surroundings())
        # The server sends no spans.
        monkeypatch.setattr("dashboard.runs.runner.SPANS_ARRIVE_WITHIN_S", 0)
        yield Bench(target)


async def ended(bench: Bench, attempt_id: str) -> AttemptResult:
    while (attempt := bench.attempts.find(attempt_id)) and attempt.state == "running":
        await asyncio.sleep(0.02)
    assert attempt
    return attempt


async def test_every_round_fires_all_in_turn_and_is_kept(bench: Bench) -> None:
    attempt = await ended(bench, bench.attempts.start(lesson(fire=TWO_IN_TURN), repeat=2).id)
    assert (attempt.state, attempt.round, len(attempt.runs)) == ("done", 2, 4)
    assert len(attempt.figures[0].values) == 2
    assert [kept.id for kept in bench.kept] == [attempt.id]


async def test_a_firing_beside_another_begins_before_that_has_ended(bench: Bench) -> None:
    attempt = bench.attempts.start(lesson(fire=BESIDE))
    both = []
    while attempt.state == "running":
        both.append(len(attempt.under_way))
        await asyncio.sleep(0.02)
    assert max(both) == 2
    assert not attempt.disturbed


async def test_two_at_once_would_measure_each_other(bench: Bench) -> None:
    attempt = bench.attempts.start(lesson())
    with pytest.raises(BusyError, match="Lesson 99 is being measured"):
        bench.attempts.start(lesson())
    await ended(bench, attempt.id)


async def test_the_next_may_begin_as_soon_as_one_is_told_to_be_done(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def keep_slowly(attempt: AttemptResult) -> None:
        await asyncio.sleep(0.1)
        bench.kept.append(attempt)

    monkeypatch.setattr(bench.attempts, "_keep", keep_slowly)
    first = bench.attempts.start(lesson(fire=TWO_IN_TURN))
    await ended(bench, first.id)
    assert not bench.kept
    second = bench.attempts.start(lesson(fire=TWO_IN_TURN))
    await asyncio.gather(*(attempt.job.wait() for attempt in (first, second) if attempt.job))
    assert [attempt.state for attempt in bench.kept] == ["done", "done"]


async def test_who_fires_meanwhile_is_noticed(bench: Bench) -> None:
    attempt = bench.attempts.start(lesson(fire=TWO_IN_TURN))
    await asyncio.sleep(0.1)
    order = module._make_order(Fleet(), TWO_IN_TURN[0], dry=False)
    run = bench.recorder.runner.start(order, {"uvicorn": bench.target})
    assert (await ended(bench, attempt.id)).state == "done"
    assert attempt.disturbed
    await run.done.wait()


async def test_an_attempt_that_is_stopped_breaks_its_runs_off_and_makes_room(bench: Bench) -> None:
    attempt = bench.attempts.start(lesson())
    await asyncio.sleep(0.1)
    stopped = await bench.attempts.stop(attempt.id)
    assert stopped
    assert stopped.state == "stopped"
    assert bench.attempts.current is None
    assert bench.kept == []
    assert not bench.recorder.runner.under_way()


async def test_a_server_that_is_not_up_is_said(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: Any, **__: Any) -> dict[str, Target]:
        raise ServerNotUpError("uvicorn is failed: it printed nothing.")

    monkeypatch.setattr(module, "ensure_servers_up", refuse)
    attempt = await ended(bench, bench.attempts.start(lesson()).id)
    assert (attempt.state, attempt.error) == ("failed", "uvicorn is failed: it printed nothing.")
    assert bench.attempts.current is None


async def test_what_goes_wrong_beside_a_run_ends_that_run_too(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    async def fail_at_the_last(*_: Any, **__: Any) -> dict[str, Target]:
        nonlocal calls
        calls += 1
        # Both are made ready at first, then each again when it is fired.
        if calls == 4:
            raise ServerNotUpError("uvicorn is failed.")
        return {"uvicorn": bench.target}

    monkeypatch.setattr(module, "ensure_servers_up", fail_at_the_last)
    attempt = await ended(bench, bench.attempts.start(lesson(fire=BESIDE)).id)
    assert (attempt.state, attempt.error) == ("failed", "uvicorn is failed.")
    assert not bench.recorder.runner.under_way()


async def test_what_cannot_be_kept_was_measured_all_the_same(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_attempt: AttemptResult) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(bench.attempts, "_keep", fail)
    attempt = bench.attempts.start(lesson())
    assert attempt.job
    await attempt.job.wait()
    assert attempt.state == "done"
    assert "could not be kept" in caplog.text


async def test_a_dry_run_fires_one_request_each_and_is_not_kept(bench: Bench) -> None:
    attempt = await ended(bench, bench.attempts.start(lesson(fire=TWO_IN_TURN), dry=True).id)
    fired = [len(run.servers["uvicorn"].requests) for run in bench.recorder.finished]
    assert (attempt.state, attempt.holds, attempt.reasons, fired) == ("done", None, (), [1, 1])
    assert bench.kept == []
