"""The index and a lesson's page, as they are served."""

import pytest
from django.test import AsyncClient

from dashboard.lessons import storage
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course
from dashboard.lessons.models import Measurement
from dashboard.views import lessons as views

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = {"accept": "text/html"}


async def text_of(address: str) -> str:
    answer = await AsyncClient().get(address, headers=PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def nothing_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def newest() -> dict[int, Measurement]:
        return {}

    monkeypatch.setattr(storage, "newest_measurements", newest)


@pytest.mark.parametrize("by", ["chapter", "question"])
async def test_the_index_leads_to_every_lesson(nothing_measured: None, by: str) -> None:
    index = await text_of(f"/lessons?by={by}")
    assert [lesson.title for lesson in course() if f'href="/lessons/{lesson.slug}"' not in index] == []


async def test_a_lesson_whose_server_is_missing_says_so_and_what_can_be_done_instead(
    nothing_measured: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = course()[:2]

    def unmet_requirements(_fleet: object, lesson: Lesson) -> tuple[str, ...]:
        return ("daphne is missing. Install it.",) if lesson == first else ()

    def find_alternatives(_fleet: object, lesson: Lesson, others: object) -> tuple[Lesson, ...]:
        return (second,)

    monkeypatch.setattr(views, "unmet_requirements", unmet_requirements)
    monkeypatch.setattr(views, "find_alternatives", find_alternatives)
    for address in ("/lessons", f"/lessons/{first.slug}"):
        page = await text_of(address)
        assert page.count("daphne is missing. Install it.") == 1
        assert f'<a href="/lessons/{second.slug}">{second.number} {second.title}</a>' in page
    assert 'id="measure"' not in page


async def test_each_page_brings_its_lesson_and_what_proves_it() -> None:
    for lesson in course():
        page = await text_of(f"/lessons/{lesson.slug}")
        assert f"python manage.py lesson {lesson.slug}" in page
        explanation = await text_of(f"/lessons/{lesson.slug}/explain")
        assert explanation.count('class="variations"') == 1
        for code in lesson.code:
            assert f"<code>{code.name}</code>" in explanation


async def test_an_unknown_lesson_is_not_found_and_an_invalid_guess_is_refused() -> None:
    client = AsyncClient()
    assert (await client.get("/lessons/99", headers=PAGE)).status_code == 404
    refused = await client.get("/lessons/1/guess?guess=many", headers=PAGE)
    assert refused.status_code == 400
    assert "write one such as" in refused.content.decode()
