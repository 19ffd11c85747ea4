"""What the steps of a queue have in common: they wait for others, and what they measured is kept and bounded."""

from collections.abc import Iterator

import pytest
from asgiref.sync import async_to_sync

from dashboard.comparison.series import CHARTS, Series
from dashboard.lessons import storage
from dashboard.measuring import steps
from dashboard.measuring.queue import StepError
from dashboard.measuring.steps import quiet
from dashboard.runs.results import RequestResult, RunResult, ServerResult


async def test_a_step_begins_when_the_others_have_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "LOOK_EVERY_S", 0)
    told: Iterator[str] = iter(["A run is under way.", "A run is under way.", ""])
    await quiet(lambda: next(told))
    assert list(told) == []


async def test_a_step_gives_up_when_the_others_go_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "QUIET_WITHIN_S", -1)
    with pytest.raises(StepError, match="A run is under way"):
        await quiet(lambda: "A run is under way.")


@pytest.mark.django_db
def test_the_newest_series_of_each_name_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "KEPT_SERIES", 2)
    for number in range(4):
        async_to_sync(storage.keep_series)(f"{number:016x}", "last", {"number": number})
    async_to_sync(storage.keep_series)(f"{9:016x}", "race", {"number": 9})
    newest = storage.newest_series("last")
    assert newest is not None
    assert newest.data == {"number": 3}
    assert sorted(one.data["number"] for one in type(newest).objects.all()) == [2, 3, 9]


@pytest.mark.django_db
def test_a_chart_that_was_cancelled_hides_no_whole_one() -> None:
    for number, whole in enumerate((False, True, False)):
        async_to_sync(storage.keep_series)(f"{number:016x}", "last", {"number": number, "whole": whole})
        newest = storage.newest_chart("last")
        assert newest is not None
        assert newest.data["number"] == min(number, 1)


def test_a_run_with_errors_is_no_point_of_a_chart() -> None:
    series = Series(CHARTS["last"], {"uvicorn": "asgi"})
    for position, (run_id, errors) in enumerate({"a": 0, "b": 1}.items()):
        result = ServerResult(last_s=0.25, errors=errors, requests=(RequestResult(trace_id="t", index=1),))
        run = RunResult(id=run_id, scenario="wait", count=1, concurrency=1, servers={"uvicorn": result})
        series.note("uvicorn", position, run)
    assert series.as_json()["values"] == {"uvicorn": [0.25, None, None, None]}
    assert series.as_json()["runs"] == {"uvicorn": ["a", "b", None, None]}
