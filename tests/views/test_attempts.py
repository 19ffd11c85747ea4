"""Attempts over HTTP, without servers: what was kept, as JSON and as the fragment of its lesson's page."""

import json

import pytest
from django.test import AsyncClient

from dashboard.lessons.loader import course
from dashboard.lessons.results import AttemptResult, from_json, to_json
from dashboard.lessons.storage import keep_attempt
from dashboard.views import attempts as views
from tests.lessons.made import attempt, figure

pytestmark = pytest.mark.django_db(transaction=True)

LESSON = next(lesson for lesson in course() if lesson.predict.kind == "number")
PAGE = {"accept": "text/html", "HX-Request": "true"}


@pytest.fixture
async def kept() -> AttemptResult:
    """An attempt that measured what its lesson expects."""
    made = attempt(LESSON, [figure(proof) for proof in LESSON.prove], runs=("a" * 16,) * len(LESSON.fire))
    await keep_attempt(made)
    return made


@pytest.fixture
async def outdated() -> AttemptResult:
    """An attempt from before a proof of its lesson was renamed."""
    figures = [figure(proof, label=f"{proof.label}, as it was called") for proof in LESSON.prove]
    made = attempt(LESSON, figures)
    await keep_attempt(made)
    return made


async def text_of(address: str, **query: str) -> str:
    answer = await AsyncClient().get(address, query, headers=PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


async def test_scripts_get_what_was_kept(kept: AttemptResult) -> None:
    answer = await AsyncClient().get(f"/attempts/{kept.id}", headers={"accept": "application/json"})
    assert answer.json() == json.loads(json.dumps(to_json(kept)))
    assert from_json(answer.json()) == kept


async def test_a_page_gets_the_card_with_what_became_of_its_guess(kept: AttemptResult) -> None:
    text = await text_of(f"/attempts/{kept.id}", guess="0.001")
    assert f'data-attempt="{kept.id}"' in text
    assert 'data-state="done"' in text
    assert "Your guess was" in text
    assert "25 Nov 2026, 20:00 UTC</time>" in text


async def test_what_an_earlier_version_measured_is_not_shown_as_this_one_s(outdated: AttemptResult) -> None:
    text = await text_of(f"/attempts/{outdated.id}")
    assert 'data-state="older"' in text
    assert "Measured with an earlier version of this lesson" in text


async def test_whoever_looks_gets_the_newest_until_it_was_seen(kept: AttemptResult) -> None:
    client = AsyncClient()
    newest = await client.get(f"/lessons/{LESSON.slug}/attempts")
    assert newest.json()["id"] == kept.id
    assert (await client.get(f"/lessons/{LESSON.slug}/attempts", {"seen": kept.id})).status_code == 204


async def test_an_outdated_attempt_is_not_the_newest(outdated: AttemptResult) -> None:
    assert (await AsyncClient().get(f"/lessons/{LESSON.slug}/attempts")).status_code == 204


async def test_an_unknown_attempt_is_one_sentence() -> None:
    answer = await AsyncClient().get("/attempts/x")
    assert answer.status_code == 404
    assert "it was replaced by newer ones, or the dashboard was restarted" in answer.json()["error"]


@pytest.mark.parametrize("repeat", ["0", "21", "-1", "many", "1_0"])
async def test_a_number_of_rounds_that_is_out_of_range_is_refused(
    repeat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "describe_obstacles", lambda _fleet, _lesson: "")
    answer = await AsyncClient().post(f"/lessons/{LESSON.slug}/attempts", {"repeat": repeat})
    assert answer.status_code == 400
    assert answer.json()["error"] == (
        f"The number of rounds (repeat) is '{repeat}': expected a whole number from 1 to 20."
    )
