"""Comparing over HTTP: the page, its figures, the film of both sides, and what is said when something is missing."""

import pytest
from django.test import AsyncClient

from dashboard.recordings.storage import keep_import
from dashboard.services import fleet
from dashboard.traces.span import Span
from tests.support.spans import SECOND_NS, START_NS, make_span

pytestmark = pytest.mark.django_db(transaction=True)
HTML = {"Accept": "text/html"}


def request(server: str, trace: int, seconds: int, start_ns: int = START_NS) -> list[Span]:
    about = {"gatescope.run": "r", "gatescope.scenario": "wait"}
    end_ns = start_ns + seconds * SECOND_NS
    return [
        make_span(1, trace, stage="client", server=server, start_ns=start_ns, end_ns=end_ns, attributes=about),
        make_span(2, trace, stage="queue", server=server, parent_id=f"{1:016x}", start_ns=start_ns, end_ns=end_ns),
    ]


async def kept(*requests: list[Span], title: str = "wait × 1") -> str:
    return str((await keep_import(fleet, title, [span for spans in requests for span in spans])).pk)


async def test_two_servers_of_one_recording_are_compared_when_only_it_is_named() -> None:
    recording = await kept(request("gunicorn-sync", 1, 10), request("uvicorn", 2, 1))
    data = (await AsyncClient().get(f"/recordings/compare?a={recording}")).json()
    assert [data["sides"][name]["side"] for name in "ab"] == [f"{recording}:gunicorn-sync", f"{recording}:uvicorn"]
    assert data["slower"] == "a"
    assert "10.0 times as long" in data["sentence"]
    (queue,) = (step for step in data["steps"] if step["stage"] == "queue")
    assert (queue["a"]["mean_s"], queue["b"]["mean_s"], queue["difference_s"]) == (10, 1, -9)


async def test_the_page_shows_the_sentence_the_steps_and_both_sides_as_rows() -> None:
    recording = await kept(request("gunicorn-sync", 1, 10), request("uvicorn", 2, 1))
    page = await AsyncClient().get(f"/recordings/compare?a={recording}", headers=HTML)
    text = page.content.decode()
    assert page.status_code == 200
    assert "10.0 times as long" in text
    assert "waiting at the door" in text
    assert f"a={recording}%3Agunicorn-sync&amp;b={recording}%3Auvicorn" in text


async def test_the_film_of_both_begins_at_one_moment() -> None:
    one = await kept(request("uvicorn", 1, 1))
    other = await kept(request("uvicorn", 2, 3, START_NS + 60 * SECOND_NS))
    film = (await AsyncClient().get(f"/recordings/compare/film?a={one}&b={other}")).json()
    assert {(span["server"], span["start_ns"]) for span in film["spans"]} == {("a", START_NS), ("b", START_NS)}


async def test_whoever_begins_is_offered_what_there_is_to_choose_from() -> None:
    recording = await kept(request("uvicorn", 1, 1))
    page = await AsyncClient().get(f"/recordings/compare?a={recording}", headers=HTML)
    assert page.status_code == 200
    assert f'value="{recording}:uvicorn" selected' in " ".join(page.content.decode().split())
    assert 'class="error"' not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("", 400, "two sides"),
        ("a=nowhere&b=nowhere", 404, "There is no recording 'nowhere'"),
        ("a={one}:daphne&b={one}", 400, "has no daphne: it has uvicorn"),
        ("a={one}:uvicorn&b={one}:uvicorn", 400, "the same requests"),
    ],
)
async def test_what_cannot_be_compared_is_said(query: str, status: int, says: str) -> None:
    one = await kept(request("uvicorn", 1, 1))
    for address in ("/recordings/compare", "/recordings/compare/film"):
        answer = await AsyncClient().get(f"{address}?{query.format(one=one)}")
        assert answer.status_code == status
        assert says in answer.json()["error"]
