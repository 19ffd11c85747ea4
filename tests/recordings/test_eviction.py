"""There is never too much: what was deleted goes first, then the oldest, and links to it say so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.recordings import limits
from dashboard.recordings.eviction import make_room
from dashboard.recordings.models import DELETED, EVICTED, RecordedTrace, Recording
from dashboard.runs.models import Run
from tests.recordings.recorded import recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def room_for_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for three recordings."""
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, recordings=3, kept_recordings=3))


def kept() -> list[str]:
    return [recording.title for recording in Recording.objects.exclude(film=None).order_by("created_at", "pk")]


def test_the_oldest_makes_room_and_leaves_a_stub(room_for_three: None) -> None:
    for number in range(1, 5):
        recorded(number, title=f"film {number}", run=True)
    assert kept() == ["film 2", "film 3", "film 4"]
    stub = Recording.objects.get(pk=f"{1:016x}")
    assert (stub.gone, stub.film, stub.bytes) == (EVICTED, None, 0)
    assert not Run.objects.filter(pk=stub.pk).exists()
    assert not RecordedTrace.objects.filter(recording=stub).exists()


def test_what_was_deleted_makes_room_first(room_for_three: None) -> None:
    for number in range(1, 4):
        recorded(number, title=f"film {number}")
    Recording.objects.filter(title="film 3").update(gone=DELETED, gone_at=timezone.now())
    recorded(4, title="film 4")
    assert kept() == ["film 1", "film 2", "film 4"]
    assert Recording.objects.get(title="film 3").gone == DELETED


def test_films_together_take_no_more_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    size = recorded(1, title="film 1").bytes
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, kept_bytes=2 * size + size // 2))
    recorded(2, title="film 2")
    recorded(3, title="film 3")
    assert kept() == ["film 2", "film 3"]


def test_what_was_deleted_long_ago_is_emptied() -> None:
    recorded(1)
    long_ago = timezone.now() - timedelta(seconds=limits.LIMITS.undo_s + 1)
    Recording.objects.update(gone=DELETED, gone_at=long_ago)
    make_room()
    stub = Recording.objects.get()
    assert (stub.film, stub.gone, stub.gone_at) == (None, DELETED, long_ago)


def test_stubs_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, kept_recordings=1, stubs=2))
    for number in range(1, 6):
        recorded(number)
    assert Recording.objects.count() == 3
