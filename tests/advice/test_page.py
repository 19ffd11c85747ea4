"""The page of the advice: questions alone, an advice at its permalink, and one clear sentence for a wrong answer."""

from django.test import AsyncClient

from tests.advice.test_questions import WHOLE

JSON = {"accept": "application/json"}


async def test_nothing_chosen_gives_the_questions_alone() -> None:
    page = await AsyncClient().get("/choose", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert b"Does anything stay open?" in page.content
    assert b"Ready configuration" not in page.content


async def test_every_answer_in_the_address_gives_the_advice_with_a_link_to_it() -> None:
    page = await AsyncClient().get("/choose", {**WHOLE, "project": "shop"}, headers={"accept": "text/html"})
    text = page.content.decode()
    assert "WSGI: Gunicorn, 2 workers with 5 threads" in text
    assert "/choose?traffic=few&amp;work=waiting&amp;live=none" in text
    assert "ExecStart=/srv/shop/.venv/bin/gunicorn shop.wsgi:application" in text


async def test_scripts_get_what_is_missing_and_then_the_advice() -> None:
    some = (await AsyncClient().get("/choose", {"work": "waiting"}, headers=JSON)).json()
    assert (some["advice"], "work" in some["missing"], "traffic" in some["missing"]) == (None, False, True)
    advice = (await AsyncClient().get("/choose", WHOLE, headers=JSON)).json()["advice"]
    assert advice["interface"] == "wsgi"
    assert {one["kind"] for one in advice["files"]} == {"command", "unit", "nginx"}


async def test_an_answer_that_no_question_allows_is_one_sentence() -> None:
    answer = await AsyncClient().get("/choose", {**WHOLE, "live": "<b>"}, headers=JSON)
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "live='<b>': expected none, streams or websockets."},
    )
    page = await AsyncClient().get("/choose", {**WHOLE, "live": "<b>"}, headers={"accept": "text/html"})
    assert (page.status_code, b"<b>&#x27;: expected" in page.content) == (400, False)
