"""What was kept, named or imported is never pushed out by what was recorded by itself, and the other way round."""

from dataclasses import replace

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dashboard.recordings import catalogue, limits, storage
from dashboard.recordings.draft import FilmError
from dashboard.recordings.eviction import held
from dashboard.recordings.models import EVICTED, Recording
from dashboard.services import fleet
from tests.recordings.recorded import recorded, request_spans

FEW = replace(limits.LIMITS, recordings=3, kept_recordings=2)
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def _little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", FEW)


def shown() -> set[str]:
    return set(Recording.objects.filter(gone="").values_list("title", flat=True))


@pytest.mark.django_db
def test_a_term_of_runs_pushes_out_nothing_that_was_kept() -> None:
    recorded(1, title="import")
    recorded(2, title="kept run", run=True)
    catalogue.keep(f"{2:016x}", kept=True)
    for number in range(3, 20):
        recorded(number, title=f"run {number}", run=True)
    assert shown() == {"import", "kept run", "run 17", "run 18", "run 19"}
    assert Recording.objects.filter(gone=EVICTED).count() == 14


@pytest.mark.django_db
def test_what_is_kept_pushes_out_no_run_and_nothing_that_was_kept_before() -> None:
    recorded(1, title="run", run=True)
    recorded(2, title="first")
    recorded(3, title="second")
    with pytest.raises(FilmError, match=r"2 recordings are, of at most 2 recordings or 1,024 MiB\. Delete some"):
        async_to_sync(storage.keep_take)(fleet, request_spans(4), "third")
    assert shown() == {"run", "first", "second"}


@pytest.mark.django_db
def test_a_run_is_kept_and_let_go_from_the_list() -> None:
    for number in range(1, 4):
        recorded(number, title=f"run {number}", run=True)
    client = Client()
    for number in (1, 2):
        answer = client.post(f"/recordings/{number:016x}/keep", headers=JSON)
        assert (answer.status_code, answer.json()) == (200, {"recording": f"{number:016x}", "kept": True})
    full = client.post(f"/recordings/{3:016x}/keep", headers=JSON)
    assert full.status_code == 409
    assert full.json()["error"].startswith("No more can be kept: 2 recordings are")
    page = client.get("/recordings", headers={"accept": "text/html"}).content.decode()
    assert "Pinned: 2 of at most 2" in page
    assert "Recorded by themselves: 1, of which the newest 3 stay" in page
    assert client.post(f"/recordings/{1:016x}/keep", {"kept": "off"}, headers=JSON).json()["kept"] is False
    assert client.post("/recordings/none/keep", headers=JSON).status_code == 404


class TestBudgets(TestCase):
    """Whatever is recorded, kept and let go."""

    @given(st.lists(st.tuples(st.sampled_from(["run", "import", "keep", "let go", "delete"]), st.integers(1, 9))))
    @settings(max_examples=20)
    def test_neither_budget_is_passed_and_no_run_removes_what_was_kept(self, steps: list[tuple[str, int]]) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(limits, "LIMITS", FEW)
            for place, (what, number) in enumerate(steps, start=10):
                before = set(Recording.objects.filter(kept=True, gone="").values_list("pk", flat=True))
                target = Recording.objects.filter(gone="").order_by("pk")[number % 3 : number % 3 + 1]
                ids = [one.pk for one in target]
                match what:
                    case "run" | "import":
                        recorded(place, run=what == "run")
                    case "keep" if held(kept=True).has_room_for(0):
                        _ = [catalogue.keep(one, kept=True) for one in ids]
                    case "let go":
                        _ = [catalogue.keep(one, kept=False) for one in ids]
                    case "delete":
                        _ = [catalogue.delete(one) for one in ids]
                after = set(Recording.objects.filter(kept=True, gone="").values_list("pk", flat=True))
                assert what != "run" or before == after
                for kept in (False, True):
                    now = held(kept=kept)
                    assert now.recordings <= now.budget.recordings
