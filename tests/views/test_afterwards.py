"""What comes after a lesson: its explanation, its questions, the review, and the page of what was learnt."""

import re
from html import unescape

import pytest
from django.test import AsyncClient

from dashboard.lessons.loader import course
from dashboard.lessons.storage import keep_attempt
from tests.lessons.made import attempt, figure

PAGE = {"accept": "text/html", "HX-Request": "true"}
LESSON = course()[1]


def plain(html: str) -> str:
    """What a text says without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).replace("`", "").split())


async def text_of(address: str, **query: str) -> str:
    answer = await AsyncClient().get(address, query, headers=PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


async def test_the_explanation_tells_the_moral_and_brings_the_questions() -> None:
    text = await text_of("/lessons/1/explain")
    assert plain(LESSON.moral) in plain(text)
    assert text.count('class="question"') == len(LESSON.ask)
    assert text.count('data-right="yes"') == len(LESSON.ask)


@pytest.mark.django_db(transaction=True)
async def test_a_phone_of_the_class_gets_all_of_it(viewer: AsyncClient) -> None:
    for address in (
        "/lessons/1/explain",
        "/review",
        "/review/questions",
        "/learnt",
        "/learnt/lessons",
        "/fleet/captions",
    ):
        assert (await viewer.get(address, headers=PAGE)).status_code == 200, address


async def test_the_explanation_says_which_misconception_a_wrong_guess_was() -> None:
    assert "would need ten at once" in await text_of("/lessons/1/explain", guess="1")
    assert "Your guess" not in await text_of("/lessons/1/explain", guess="10")
    assert "Your guess" not in await text_of("/lessons/1/explain", guess="many")


async def test_what_comes_after_a_lesson_that_does_not_exist_is_refused_in_one_sentence() -> None:
    for address in ("/lessons/99/explain", "/lessons/1z/headline"):
        refused = await AsyncClient().get(address, headers=PAGE)
        assert refused.status_code == 404
        assert "/lessons lists all lessons" in refused.content.decode()


async def test_the_review_asks_what_was_answered_wrong_first() -> None:
    text = await text_of("/review/questions", done="1,2", wrong="2.2", right="1.1")
    places = [text.index(f'data-lesson="{lesson}"') for lesson in ("2", "1")]
    assert places == sorted(places)
    assert not plain(await text_of("/review/questions", done="what"))


@pytest.mark.django_db(transaction=True)
async def test_the_last_page_and_the_index_tell_what_was_measured_of_lessons_that_are_done() -> None:
    assert (await AsyncClient().get("/lessons/1/headline", headers=PAGE)).status_code == 204
    await keep_attempt(attempt(LESSON, [figure(proof) for proof in LESSON.prove]))
    assert "10.0 s" in await text_of("/lessons/1/headline")
    assert "10.0 s" not in await text_of("/lessons")
    learnt = await text_of("/learnt/lessons", done="1,xyz")
    assert plain(LESSON.moral) in plain(learnt)
    assert learnt.count("<li") == 1
