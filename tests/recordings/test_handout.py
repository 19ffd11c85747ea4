"""A recording on paper: the first requests of each server, and a page that holds all it needs."""

import json
import re

import pytest
from django.test import Client

from dashboard.recordings.handout import DEFAULT_FIRST, MOST, parse_first, select_spans
from tests.recordings.recorded import recorded, request_spans
from tests.support.spans import make_span


def test_of_each_server_the_first_requests_are_taken_whole() -> None:
    spans = [span for number in (1, 2, 3) for span in request_spans(number)]
    other = request_spans(4, server="gunicorn-sync")
    found = select_spans(spans + other, 2)
    assert {int(span.trace_id, 16) for span in found} == {1, 2, 4}
    assert len(found) == 9


def test_the_order_is_that_in_which_they_were_fired() -> None:
    late = make_span(1, 1, stage="client", attributes={"gatescope.index": 2})
    early = make_span(2, 2, stage="client", start_ns=late.start_ns + 5, attributes={"gatescope.index": 1})
    assert select_spans([late, early], 1) == [early]


def test_a_message_of_a_websocket_is_no_request() -> None:
    message, request = make_span(1, 1, stage="message"), make_span(2, 2, stage="server")
    assert select_spans([message, request], 1) == [request]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("5", 5),
        ("0", 1),
        ("999", MOST),
        ("", DEFAULT_FIRST),
        ("-1", DEFAULT_FIRST),
        ("x", DEFAULT_FIRST),
        ("9" * 9999, DEFAULT_FIRST),
    ],
)
def test_how_many_are_wanted_is_kept_in_bounds(text: str, first: int) -> None:
    assert parse_first(text) == first


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
