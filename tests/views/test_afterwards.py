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


async def test_the_explanation_tells_the_moral_and_asks_without_saying_which_reply_is_right() -> None:
    text = await text_of("/lessons/1/explain")
    assert plain(LESSON.moral) in plain(text)
    assert LESSON.ask[0].question in text
    assert not any(reply.answer in text for question in LESSON.ask for reply in question.replies if reply.answer)


async def test_a_reply_is_answered_and_one_that_is_none_is_refused() -> None:
    right = next(place for place, reply in enumerate(LESSON.ask[0].replies, 1) if reply.right)
    assert 'data-right="yes"' in await text_of("/lessons/1/questions/1", reply=str(right))
    wrong = right % len(LESSON.ask[0].replies) + 1
    text = await text_of("/lessons/1/questions/1", reply=str(wrong))
    assert 'data-right="no"' in text
    assert LESSON.ask[0].replies[wrong - 1].answer[:30] in text
    for address in ("/lessons/1/questions/1?reply=many", "/lessons/1/questions/9?reply=1", "/lessons/99/explain"):
        refused = await AsyncClient().get(address, headers=PAGE)
        assert refused.status_code in {400, 404}
        assert 'class="error"' in refused.content.decode()


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
