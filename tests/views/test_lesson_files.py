"""What is taken away of a lesson that was not measured, or that there is not."""

import pytest
from django.test import Client

from dashboard.templatetags.addresses import link_pages

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("what", ["lesson.html", "handout"])
@pytest.mark.parametrize(("slug", "sentence"), [("1", "has no film yet: fire it"), ("99", "There is no lesson")])
def test_what_is_not_there_is_said(what: str, slug: str, sentence: str) -> None:
    answer = Client().get(f"/lessons/{slug}/{what}", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert sentence in answer.text


def test_sentences_link_to_pages_and_to_nothing_that_was_asked_for() -> None:
    assert link_pages("all are at /lessons.") == 'all are at <a href="/lessons">/lessons</a>.'
    asked = "There is nothing at /lessons/<b>: see //lessons or x/lessons."
    assert link_pages(asked) == asked.replace("<b>", "&lt;b&gt;")
