"""The page of the advice: questions alone, an advice at its permalink, and one clear sentence for a wrong answer."""

import re

import pytest
from django.test import AsyncClient

from dashboard.services import hub
from dashboard.traces.store import TraceStore
from tests.advice.test_questions import WHOLE
from tests.support.spans import make_span

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


async def test_nothing_chosen_gives_the_questions_alone() -> None:
    page = await AsyncClient().get("/choose", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert b"Does anything stay open?" in page.content
    assert b"Configuration files" not in page.content


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


async def test_a_services_own_traces_fill_in_what_they_can_and_what_was_answered_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = TraceStore()
    store.absorb(
        [make_span(1, 1, server="my-shop", stage="server"), make_span(2, 1, server="my-shop", stage="query")]
    )
    monkeypatch.setattr(hub, "store", store)

    page = await AsyncClient().get("/choose", {"service": "my-shop", "cores": "8"}, headers={"accept": "text/html"})

    text = page.content.decode()
    assert "my-shop: 1 request and 0 " in text
    assert re.search(r'name="work"\s+value="waiting"\s+required\s+checked', text)
    assert re.search(r'name="cores"\s+value="8"', text)
    assert "4 of 7 questions are still open." in text
