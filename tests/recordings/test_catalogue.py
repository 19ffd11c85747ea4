"""The list finds what it is asked for; what is deleted is gone for everybody and comes back as it was."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.lib.offer import Offer
from dashboard.recordings import catalogue, limits, storage
from dashboard.recordings.catalogue import FilterChoices, Search, clear, delete, find, restore, restore_cleared
from dashboard.recordings.models import Recording
from tests.recordings.recorded import recorded, request_spans

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> None:
    """A run of 1 s at uvicorn, an import of 3 s at daphne in which one failed, one of 0.2 s at both."""
    recorded(1, run=True, title="x", lesson=3)
    recorded(2, spans=request_spans(2, "daphne", status=500, seconds=3), title="From Élise's shop")
    both = [*request_spans(3, "uvicorn", seconds=0.2), *request_spans(4, "daphne", seconds=0.2)]
    recorded(3, spans=both, title="Both")


@pytest.mark.parametrize(
    ("fields", "numbers"),
    [
        ({}, [3, 2, 1]),
        ({"text": "both"}, [3]),
        ({"text": "ÉLISE shop"}, [2]),
        ({"text": "shop both"}, []),
        ({"text": "samples.views"}, [3, 2, 1]),
        ({"text": f"{4:032x}"}, [3]),
        ({"text": f"{2:016x}"}, [3, 2, 1]),
        ({"text": "%"}, []),
        ({"text": "\x00"}, [3, 2, 1]),
        ({"server": "daphne"}, [3, 2]),
        ({"server": "daph"}, []),
        ({"scenario": "wait"}, [1]),
        ({"lesson": "3"}, [1]),
        ({"lesson": "4"}, []),
        ({"lesson": "nonsense"}, [3, 2, 1]),
        ({"text": "lesson 3"}, [1]),
        ({"pinned": "on"}, [3, 2]),
        ({"status": "ok"}, [3, 1]),
        ({"status": "failed"}, [2]),
        ({"status": "nonsense"}, [3, 2, 1]),
        ({"shortest": "0.5"}, [2, 1]),
        ({"longest": "0,5 s"}, [3]),
        ({"shortest": "0.5", "longest": "2", "server": "uvicorn"}, [1]),
    ],
)
def test_a_search_finds(three: None, fields: dict[str, str], numbers: list[int]) -> None:
    if fields.get("text") == f"{2:016x}":
        numbers = [2]
    search = Search.parse(fields)
    assert not search.problem
    assert [int(recording.pk, 16) for recording in find(search)] == numbers


@pytest.mark.parametrize("text", ["abc", "-1", "nan", "inf", "1_0", "٣"])
def test_what_is_no_duration_is_said_and_ignored(three: None, text: str) -> None:
    search = Search.parse({"shortest": text})
    assert "is not a duration: expected seconds, such as 0.5." in search.problem
    assert find(search).count() == 3


def test_the_filters_offer_what_there_is(three: None) -> None:
    assert catalogue.filter_choices() == FilterChoices(Offer(["daphne", "uvicorn"]), Offer(["wait"]), [3])


def test_the_filters_say_how_many_they_leave_out(three: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "MOST_CHOICES", 1)
    assert catalogue.filter_choices().servers == Offer(["daphne"], 1)


def test_another_name_is_found_instead_of_the_one_before(three: None) -> None:
    renamed = catalogue.rename(f"{3:016x}", "  My safe one\x00 ")
    assert renamed
    assert renamed.title == "My safe one"
    assert list(find(Search.parse({"text": "safe daphne"}))) == [renamed]
    assert not find(Search.parse({"text": "both"}))
    with pytest.raises(ValueError, match="needs a name"):
        catalogue.rename(f"{3:016x}", " \n")
    delete(f"{3:016x}")
    assert catalogue.rename(f"{3:016x}", "gone") is None


def test_a_deletion_is_taken_back(three: None) -> None:
    before = Recording.objects.get(title="Both")
    assert delete(before.pk)
    assert before not in find(Search())
    assert list(catalogue.filter_choices().servers) == ["daphne", "uvicorn"]
    assert restore(before.pk)
    after = Recording.objects.get(title="Both")
    assert storage.load_film(after) == storage.load_film(before)
    assert after in find(Search())


def test_what_was_cleared_comes_back_and_nothing_else(three: None) -> None:
    delete(f"{2:016x}")
    number, moment = clear()
    assert (number, find(Search()).count()) == (2, 0)
    assert restore_cleared(moment) == 2
    assert {recording.title for recording in find(Search())} == {"Both", "x"}


def test_after_a_while_it_is_too_late(three: None) -> None:
    delete(f"{1:016x}")
    Recording.objects.filter(pk=f"{1:016x}").update(
        gone_at=timezone.now() - timedelta(seconds=limits.LIMITS.undo_s + 1)
    )
    assert restore(f"{1:016x}") is None


def test_nothing_is_deleted_by_a_wrong_id(three: None) -> None:
    assert delete("no-such-id") is None
    assert find(Search()).count() == 3
