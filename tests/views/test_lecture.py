"""The lecture over HTTP: kept in the database, and shown to the speaker with what comes next."""

import pytest
from django.test import AsyncClient

from dashboard.lecture.desk import LectureDesk
from dashboard.lecture.models import Lecture
from dashboard.lessons.expected_answer import describe_expected_answer
from dashboard.lessons.loader import find_lesson

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_change_is_kept_and_outlives_the_process() -> None:
    answer = await AsyncClient().post("/lecture", {"lesson": "3", "beat": "predict", "window": "w"})
    assert answer.json()["lesson"] == "3"
    kept = await LectureDesk(lambda _: None).state()
    assert (kept.lesson, kept.beat, kept.window) == ("3", "predict", "w")
    assert await Lecture.objects.acount() == 1


async def test_the_speaker_sees_notes_expected_answer_and_what_comes_next() -> None:
    await AsyncClient().post("/lecture", {"lesson": "3", "beat": "predict", "playlist": "3,5"})
    lesson = find_lesson("3")
    assert lesson is not None
    text = (await AsyncClient().get("/speaker/notes")).content.decode()
    assert describe_expected_answer(lesson) in text
    assert "Next: fire" in text
    assert "planned for 0–7 of 14 minutes" in text


async def test_without_a_lesson_the_speaker_is_told_so() -> None:
    await AsyncClient().post("/lecture", {"lesson": "", "beat": "name"})
    assert "No lesson is on the projector yet" in (await AsyncClient().get("/speaker")).content.decode()


async def test_a_pointer_is_shown_only_where_there_is_one() -> None:
    for pointer in ("", "0.5,0.25"):
        await AsyncClient().post("/lecture", {"pointer": pointer})
        assert f'data-pointer="{pointer}"' in (await AsyncClient().get("/speaker")).content.decode()


async def test_nonsense_is_answered_400_with_a_sentence() -> None:
    answer = await AsyncClient().post("/lecture", {"beat": "dance"}, headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert "'beat' is one of" in answer.json()["error"]
