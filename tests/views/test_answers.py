"""The same answer as HTML or as JSON, whichever was asked for."""

import json
from dataclasses import dataclass

import pytest
from django.test import RequestFactory

from dashboard.views.answers import answer, problem, wants_json


@dataclass(frozen=True)
class Sentence:
    message: str


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, True),
        ({"accept": "*/*"}, True),
        ({"accept": "application/json"}, True),
        ({"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, False),
        ({"accept": "application/json", "hx-request": "true"}, False),
    ],
)
def test_scripts_get_json_and_pages_html(headers: dict[str, str], expected: bool) -> None:
    assert wants_json(RequestFactory().get("/", headers=headers)) is expected


def test_the_fields_of_a_dataclass_are_the_templates_variables() -> None:
    request = RequestFactory().get("/", headers={"accept": "text/html"})
    page = answer(request, "_error.html", Sentence("<b>wrong</b>"), data={}, status=418)
    assert page.status_code == 418
    assert "&lt;b&gt;wrong" in page.text


def test_data_may_be_a_dataclass() -> None:
    request = RequestFactory().get("/")
    assert json.loads(answer(request, "_error.html", Sentence("x"), data=Sentence("y")).content) == {"message": "y"}


def test_a_problem_is_the_same_sentence_in_both_forms_and_is_not_cached() -> None:
    factory = RequestFactory()
    script, page = (
        problem(factory.get("/", headers={"accept": kind}), "Expected 1, got 2.", 400)
        for kind in ("application/json", "text/html")
    )
    assert json.loads(script.content) == {"error": "Expected 1, got 2."}
    assert "Expected 1, got 2." in page.text
    assert script["Cache-Control"] == page["Cache-Control"] == "no-store"
