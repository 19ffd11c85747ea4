"""What was measured is kept, a bounded number of times, and comes back as it was."""

import pytest
from asgiref.sync import async_to_sync

from dashboard.lessons import storage
from dashboard.lessons.models import Measurement
from tests.lessons.made import attempt, figure, lesson


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


@pytest.mark.django_db
def test_the_newest_attempts_of_a_lesson_are_kept_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "KEPT_PER_LESSON", 2)
    measured = lesson()
    attempts = [attempt(measured, [figure(measured.prove[0])], id=f"{number:016x}") for number in range(3)]
    for one in attempts:
        async_to_sync(storage.keep_attempt)(one)
    assert {kept.pk for kept in Measurement.objects.all()} == {one.id for one in attempts[1:]}
    assert storage.newest_measurements()[measured.number].result == attempts[-1]
