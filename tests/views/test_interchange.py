"""A recording is taken away in three formats, and a film is brought in from a form."""

import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient, Client

from dashboard.access.keys import Keys, new_member
from dashboard.access.roles import COOKIE
from dashboard.interchange.limits import ImportLimits
from dashboard.recordings import catalogue
from dashboard.recordings.models import Recording
from dashboard.services import access, importer
from tests.ingest.requests import json_body, json_span
from tests.recordings.recorded import recorded, request_spans
from tests.support.spans import make_span

pytestmark = pytest.mark.django_db(transaction=True)

JSON = {"accept": "application/json"}
FORMATS = ["otlp.json", "perfetto.json", "film.html"]


def get(path: str) -> Any:
    return Client().get(path, headers=JSON)


async def post(body: bytes, accept: str = "application/json", client: AsyncClient | None = None) -> Any:
    form = {"file": SimpleUploadedFile("checkout.json", body)}
    return await (client or AsyncClient()).post("/recordings/import", form, headers={"accept": accept})


@pytest.mark.parametrize("name", FORMATS)
def test_a_recording_is_a_file_with_a_name_of_its_own(name: str) -> None:
    recording = recorded(title="Ten × wait, “twice”\r\n/../x")
    answer = get(f"/recordings/{recording.pk}/{name}")
    ending = name.replace("film.", "")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == (
        f'attachment; filename="gatescope-ten-wait-twice-x-{recording.pk}.{ending}"'
    )


def test_the_list_and_a_films_page_offer_all_formats() -> None:
    recording = recorded()
    page = Client().get("/recordings", headers={"accept": "text/html"}).text
    for name in FORMATS:
        assert f'href="/recordings/{recording.pk}/{name}"' in page


def test_each_format_holds_the_whole_film() -> None:
    recording = recorded(spans=request_spans())
    otlp, perfetto, html = (get(f"/recordings/{recording.pk}/{name}").text for name in FORMATS)
    [group] = json.loads(otlp)["resourceSpans"]
    assert len(group["scopeSpans"][0]["spans"]) == 3
    assert sum(event["ph"] == "X" for event in json.loads(perfetto)["traceEvents"]) == 3
    assert html.count('"span_id":') == 3


@pytest.mark.parametrize("name", FORMATS)
def test_what_was_deleted_or_never_was_cannot_be_taken_away(name: str) -> None:
    catalogue.delete(recorded().pk)
    assert get(f"/recordings/{1:016x}/{name}").status_code == 410
    assert get(f"/recordings/unknown/{name}").status_code == 404


async def test_a_file_becomes_a_recording() -> None:
    answer = await post(json_body(json_span()))
    assert answer.status_code == 201
    found = answer.json()
    recording = await Recording.objects.aget(pk=found["recording"]["id"])
    assert answer["Location"] == found["url"] == f"/recordings/{recording.pk}"
    assert (recording.title, recording.spans) == ("checkout", 1)
    assert found["notes"] == ["The parent of 1 span never arrived."]


async def test_a_browser_without_scripts_is_led_to_the_film() -> None:
    answer = await post(json_body(json_span()), accept="text/html")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/recordings/")


async def test_who_asks_is_told_line_by_line_how_far_it_is() -> None:
    answer = await post(json_body(json_span()), accept="application/x-ndjson, application/json")
    first, *_, last = [json.loads(line) async for line in answer]
    assert first == {"spans": 1}
    assert last["recording"]["spans"] == 1


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson, application/json"])
async def test_a_bad_file_is_answered_with_a_sentence(accept: str) -> None:
    await sync_to_async(recorded)()
    answer = await post(b"<html>", accept=accept)
    text = answer.content if not answer.streaming else b"".join([part async for part in answer])
    assert "this is not JSON" in json.loads(text)["error"]
    assert answer.status_code == (200 if answer.streaming else 400)
    assert await Recording.objects.acount() == 1


async def test_a_form_without_a_file_is_asked_for_one() -> None:
    answer = await AsyncClient().post("/recordings/import", {"file": "text"}, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("No file was sent: ")


async def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = ImportLimits(file_bytes=2**20)
    monkeypatch.setattr(importer, "limits", limits)
    answer = await post(bytes(2**20 + 1))
    assert answer.status_code == 413
    assert "expected at most 1 MB" in answer.json()["error"]


async def test_to_import_is_the_presenters(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys("the-presenters-token", "K7M4QX", "the-key-for-sending")
    monkeypatch.setattr(access, "keys", keys)
    client = AsyncClient()
    client.cookies[COOKIE] = keys.cookie(new_member())
    assert (await post(json_body(json_span()), client=client)).status_code == 403
    assert 'id="import"' not in (await client.get("/recordings", headers={"accept": "text/html"})).content.decode()


async def test_an_import_needs_the_pages_token() -> None:
    assert (await post(b"{}", client=AsyncClient(enforce_csrf_checks=True))).status_code == 403


def test_strings_of_a_film_are_no_code_in_the_file_that_plays_it() -> None:
    text = "</script><script>alert(1)</script><!--\u2028"
    recording = recorded(
        spans=[make_span(stage="server", name=text, server=text, attributes={"a": text})], title=text
    )
    page = get(f"/recordings/{recording.pk}/film.html").text
    assert "<script>" not in page
    assert page.count("<script") == 2
    assert page.count("</script") == 2
    assert "<!--" not in page
    film = page.partition('id="film">')[2].partition("</script>")[0]
    assert json.loads(film)["spans"][0]["attributes"]["a"] == text


def test_the_file_needs_nobody_and_lets_nobody_in() -> None:
    page = get(f"/recordings/{recorded().pk}/film.html").text
    policy = page.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    for address in ("/static/", 'href="/', 'src="', "csrfmiddlewaretoken", 'action="/'):
        assert address not in page.partition('<script type="module">')[0]
