"""Recordings over HTTP: the list, the page that plays one, its data, and links to what is gone."""

import re
import time
from typing import Any

import pytest
from django.test import AsyncClient, Client
from msgspec import structs

from dashboard.access.keys import Keys, new_member
from dashboard.access.roles import COOKIE
from dashboard.access.throttle import LoginThrottle
from dashboard.recordings import catalogue, eviction, storage
from dashboard.recordings.models import EVICTED, Recording
from dashboard.services import access, hub, runner
from dashboard.traces.limits import StoreLimits
from dashboard.traces.span import Span
from dashboard.traces.store import TraceStore
from tests.recordings.recorded import recorded, request_spans
from tests.support.spans import make_span

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}
HTML = {"accept": "text/html"}
HTMX = {"hx-request": "true"}
RUN = f"{1:016x}"


def get(path: str, headers: dict[str, str] = HTML) -> Any:
    return Client().get(path, headers=headers)


def post(path: str, headers: dict[str, str] = HTMX, **fields: str) -> Any:
    return Client().post(path, fields, headers=headers)


@pytest.fixture
def viewer(monkeypatch: pytest.MonkeyPatch) -> Client:
    """A class member's browser at a dashboard that others can reach."""
    keys = Keys("the-presenters-token", "K7M4QX", "the-key-for-sending")
    monkeypatch.setattr(access, "keys", keys)
    monkeypatch.setattr(access, "throttle", LoginThrottle())
    client = Client()
    client.cookies[COOKIE] = keys.cookie(new_member())
    return client


def test_an_empty_list_says_what_to_do() -> None:
    assert "No recordings yet" in get("/recordings").text


def test_the_list_leads_to_film_and_figures() -> None:
    recorded(1, run=True)
    page = get("/recordings").text
    assert f'href="/recordings/{RUN}"' in page
    assert f'href="/runs/{RUN}"' in page


def test_what_a_film_says_of_itself_is_shown_literally() -> None:
    recorded(1, spans=[make_span(stage="server", server='"><script>x</script>')], title="<img src=x>")
    for path in ("/recordings", f"/recordings/{RUN}"):
        page = get(path).text
        assert "<img" not in page
        assert "<script>x" not in page


def test_htmx_gets_the_list_alone() -> None:
    recorded(1, title="alpha")
    recorded(2, title="beta")
    part = get("/recordings?text=beta", HTMX).text
    assert "beta" in part
    assert "alpha" not in part
    assert "<html" not in part


def test_a_narrow_search_that_finds_nothing_says_so() -> None:
    recorded(1)
    assert "No recordings match" in get("/recordings?server=nobody").text


def test_the_list_has_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "PAGE_SIZE", 2)
    for number in range(1, 6):
        recorded(number, title=f"film {number}")
    pages = [get(f"/recordings?page={page}", JSON).json() for page in (1, 2, 3, 99)]
    titles = [[one["title"] for one in page["recordings"]] for page in pages]
    assert titles == [["film 5", "film 4"], ["film 3", "film 2"], ["film 1"], ["film 1"]]
    assert pages[0]["found"] == 5


def test_the_page_of_a_film_has_its_servers_and_its_figures() -> None:
    recorded(1, run=True)
    page = get(f"/recordings/{RUN}").text
    assert 'value="uvicorn" data-interface="asgi" selected' in " ".join(page.split())
    assert 'data-figure="last"' in page
    assert f'data-film="/recordings/{RUN}/film"' in page
    assert "scenario=wait" in page


def test_a_run_without_spans_has_a_page_that_says_so() -> None:
    recorded(1, run=True, spans=[])
    assert "there is nothing to play" in get(f"/recordings/{RUN}").text


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_the_film_is_served_as_it_was_kept(accepted: str) -> None:
    recording = recorded(1)
    answer = Client().get(f"/recordings/{RUN}/film", headers={"accept-encoding": accepted})
    if accepted == "gzip":
        assert answer["content-encoding"] == "gzip"
        assert answer.content == recording.film
    else:
        assert answer.json() == storage.load_film(recording)


@pytest.mark.parametrize("path", ["/recordings/0", "/recordings/0/film", "/runs/0"])
def test_a_link_to_what_never_was_is_404(path: str) -> None:
    assert get(path).status_code == 404


def test_a_link_to_a_run_that_is_being_fired_says_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "is_under_way", lambda run_id: run_id == RUN)
    answer = get(f"/recordings/{RUN}")
    assert answer.status_code == 404
    assert "reload this page once it has ended" in answer.text


@pytest.mark.parametrize(
    "path", [f"/recordings/{RUN}", f"/recordings/{RUN}/film", f"/runs/{RUN}", f"/traces/{1:032x}"]
)
def test_a_link_to_what_was_deleted_says_so(path: str) -> None:
    recorded(1, run=True)
    catalogue.delete(RUN)
    answer = get(path)
    assert answer.status_code == 410
    assert "was deleted" in answer.text
    assert "Restore it" in answer.text
    assert "was deleted" in get(path, JSON).json()["error"]


def test_a_link_to_what_made_room_says_so() -> None:
    recorded(1, run=True)
    eviction.empty(Recording.objects.all(), EVICTED)
    answer = get(f"/recordings/{RUN}")
    assert answer.status_code == 410
    assert "was removed to make room for newer ones" in answer.text
    assert "Restore it" not in answer.text
    assert "1 older one was removed to make room" in get("/recordings").text


def test_delete_and_undo() -> None:
    recorded(1, title="alpha")
    after = post(f"/recordings/{RUN}/delete").text
    assert "“alpha” was deleted." in after
    assert f'hx-post="/recordings/{RUN}/restore"' in after
    assert "The recording was restored." in post(f"/recordings/{RUN}/restore").text
    assert get(f"/recordings/{RUN}").status_code == 200


def test_a_recording_of_a_lesson_is_pinned_and_named() -> None:
    recorded(1, run=True, lesson=3)
    assert "is pinned: no newer one removes it" in post(f"/recordings/{RUN}/keep").text
    assert "is no longer pinned" in post(f"/recordings/{RUN}/keep", kept="off").text
    post(f"/recordings/{RUN}/keep")
    assert "It is now called “my safe one”." in post(f"/recordings/{RUN}/name", title="my safe one").text
    found = get("/recordings?text=safe&lesson=3&pinned=on", JSON).json()["recordings"]
    assert [(one["title"], one["lesson"], one["kept"]) for one in found] == [("my safe one", 3, True)]
    assert 'href="/lessons/3"' in get("/recordings").text
    assert post(f"/recordings/{RUN}/name", JSON, title=" ").status_code == 400
    assert post("/recordings/none/name", JSON, title="x").status_code == 404


def test_undo_from_the_page_of_what_was_deleted() -> None:
    recorded(1)
    catalogue.delete(RUN)
    answer = post(f"/recordings/{RUN}/restore", HTML)
    assert (answer.status_code, answer["location"]) == (302, f"/recordings/{RUN}")


def test_clear_and_undo() -> None:
    recorded(1)
    recorded(2)
    moment = post("/recordings/clear", JSON).json()["moment"]
    assert "No recordings yet" in get("/recordings").text
    assert post("/recordings/restore", JSON, moment=moment).json() == {"restored": 2}


@pytest.mark.parametrize("moment", ["", "yesterday", "2026-01-01T00:00:00", "2026-99-01T00:00:00+00:00"])
def test_a_wrong_moment_brings_nothing_back(moment: str) -> None:
    assert post("/recordings/restore", JSON, moment=moment).status_code == 410


def test_what_changes_something_needs_the_token_of_the_page() -> None:
    recorded(1)
    guarded = Client(enforce_csrf_checks=True)
    for path in (f"/recordings/{RUN}/delete", f"/recordings/{RUN}/restore", "/recordings/clear", "/recordings"):
        assert guarded.post(path, headers=JSON).status_code == 403
    assert get(f"/recordings/{RUN}").status_code == 200


def test_a_class_member_looks_and_changes_nothing(viewer: Client) -> None:
    recorded(1)
    page = viewer.get("/recordings", headers=HTML).text
    assert f'href="/recordings/{RUN}"' in page
    assert not {"delete", "rename", "unpin"} & set(re.findall(r"\w+", page.lower()))
    for path in (f"/recordings/{RUN}/delete", f"/recordings/{RUN}/restore", "/recordings/clear", "/recordings"):
        assert viewer.post(path, headers=JSON).status_code == 403
    assert viewer.get(f"/recordings/{RUN}", headers=HTML).status_code == 200


def test_a_recorded_trace_is_shown_when_the_store_has_forgotten_it() -> None:
    spans = request_spans(7)
    recorded(1, spans=spans)
    answer = get(f"/traces/{7:032x}", JSON).json()
    assert sorted(span["span_id"] for span in answer["spans"]) == sorted(span.span_id for span in spans)
    assert f"/recordings/{RUN}?trace={7:032x}" in get(f"/traces/{7:032x}").text


@pytest.mark.django_db(transaction=True)
async def test_a_take_of_strangers_is_kept_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "store", TraceStore())
    hub.store.absorb([*request_spans(5), *request_spans(6), *request_spans(7)])
    traces = f"{5:032x} {6:032x}"
    answer = await AsyncClient().post("/recordings", {"traces": traces, "title": "Mine"}, headers=JSON)
    assert answer.status_code == 201
    assert (answer.json()["title"], answer.json()["requests"]) == ("Mine", 2)
    recording = await Recording.objects.aget(pk=answer.json()["id"])
    assert {span["trace_id"] for span in storage.load_film(recording)["spans"]} == set(traces.split())


@pytest.mark.django_db(transaction=True)
async def test_the_last_minutes_are_kept_from_the_store_which_says_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_ns = time.time_ns()

    def shifted(index: int, ago_s: int) -> list[Span]:
        spans = request_spans(index)
        by_ns = now_ns - ago_s * 10**9 - min(span.start_ns for span in spans)
        return [
            structs.replace(span, start_ns=span.start_ns + by_ns, end_ns=(span.end_ns or span.start_ns) + by_ns)
            for span in spans
        ]

    monkeypatch.setattr(hub, "store", TraceStore(StoreLimits(traces=2)))
    client = AsyncClient()
    empty = await client.post("/recordings", {"minutes": "5"}, headers=JSON)
    assert empty.status_code == 404
    hub.store.absorb([*shifted(5, 900), *shifted(6, 60)])
    answer = await client.post("/recordings", {"minutes": "5"}, headers=JSON)
    assert (answer.status_code, answer.json()["requests"], "lacking" in answer.json()) == (201, 1, False)

    hub.store.absorb(shifted(7, 30))
    answer = await client.post("/recordings", {"minutes": "5"}, headers=JSON)
    assert (answer.status_code, answer.json()["requests"]) == (201, 2)
    assert re.search(r"only (59|6\d) s were still here", answer.json()["lacking"])
    refused = await client.post("/recordings", {"minutes": "-5"}, headers=JSON)
    assert (refused.status_code, "1 to 60" in refused.json()["error"]) == (400, True)


@pytest.mark.parametrize(("traces", "status"), [("", 400), ("abc", 400), (f"{9:032x}", 404)])
def test_a_take_of_nothing_is_refused(traces: str, status: int) -> None:
    assert post("/recordings", JSON, traces=traces).status_code == status
