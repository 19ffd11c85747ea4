"""The handout over HTTP: a page that holds all it needs."""

import json
import re

import pytest
from django.test import Client

from tests.recordings.recorded import recorded, request_spans
from tests.support.spans import make_span


@pytest.mark.django_db
def test_the_page_holds_the_spans_and_shows_what_they_say_literally() -> None:
    spans = [*request_spans(1), make_span(99, 1, stage="query", name="</script><script>x()</script>")]
    recording = recorded(1, spans=spans, title="<b>bold")
    page = Client().get(f"/recordings/{recording.pk}/handout", headers={"accept": "text/html"}).text
    assert "<script>x()" not in page
    assert "<b>bold" not in page
    found = re.search(r'<script id="spans" type="application/json">(.*?)</script>', page)
    assert found
    assert len(json.loads(found[1])) == len(spans)


@pytest.mark.django_db
def test_a_film_that_never_was_has_no_handout() -> None:
    assert Client().get("/recordings/0/handout").status_code == 404
