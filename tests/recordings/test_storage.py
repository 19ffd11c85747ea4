"""What is recorded comes back as it was, there is never too much of it, and links to what went say so."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from django.utils import timezone

from dashboard.recordings import limits, storage
from dashboard.recordings.draft import FilmError, draft_recording
from dashboard.recordings.eviction import make_room
from dashboard.recordings.film import Film, unpack
from dashboard.recordings.models import DELETED, EVICTED, RUN, RecordedTrace, Recording
from dashboard.runs.models import Run
from dashboard.runs.results import RunResult
from tests.recordings.recorded import recorded, request_spans, run_result
from tests.support.spans import START_NS, make_open, make_span

pytestmark = pytest.mark.django_db


@pytest.fixture
def room_for_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for three recordings."""
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, recordings=3))


def kept() -> list[str]:
    return [recording.title for recording in Recording.objects.exclude(film=None).order_by("created_at", "pk")]


def test_a_film_comes_back_as_it_was() -> None:
    spans = [*request_spans(), make_open(5, attributes={"text": "\x00 <b>\ud800", "flat": [1, [2.5, None]]})]
    recording = recorded(spans=spans)
    film = storage.load_film(Recording.objects.get(pk=recording.pk))
    assert film["spans"] == [span.as_json() for span in spans]
    assert storage.load_spans(recording) == spans


@pytest.mark.django_db(transaction=True)
async def test_a_run_and_its_film_are_kept_together() -> None:
    recording = await storage.keep_run(run_result(), request_spans(), {"uvicorn": [(START_NS, 3)]})
    run = await Run.objects.aget(pk=recording.pk)
    film = storage.load_film(await Recording.objects.aget(pk=recording.pk))
    assert run.result() == msgspec.convert(film["run"], RunResult) == run_result()
    assert [list(step) for step in film["backlog"]["uvicorn"]] == [[START_NS, 3]]
    assert (recording.title, recording.scenario, recording.requests) == ("wait × 1", "wait", 1)


def test_the_servers_are_remembered_as_they_were() -> None:
    (server,) = recorded(run=True).servers
    assert (server["title"], server["interface"], server["last_s"]) == ("Uvicorn, 1 event loop", "asgi", 1.01)
    assert server["why"]


def test_a_server_that_nobody_knows_is_told_by_its_spans() -> None:
    entry = make_span(stage="server", server="my own", attributes={"gatescope.interface": "wsgi"})
    (server,) = recorded(spans=[entry]).servers
    assert (server["name"], server["title"], server["interface"]) == ("my own", "my own", "wsgi")


def test_failures_are_counted_by_request() -> None:
    recording = recorded(spans=[*request_spans(1), *request_spans(2, status=500), *request_spans(3, status=404)])
    assert (recording.requests, recording.failed, recording.spans) == (3, 1, 9)


def test_a_message_of_a_websocket_is_no_request_but_can_be_found() -> None:
    message = make_span(9, trace=9, stage="message", attributes={"gatescope.session": f"{1:032x}/{11:016x}"})
    recording = recorded(spans=[*request_spans(1), message])
    assert recording.requests == 1
    assert RecordedTrace.objects.filter(trace_id=f"{9:032x}").exists()


@pytest.mark.parametrize("start_ns", [-5, 0, 10**30])
def test_a_clock_that_is_far_off_has_a_date_all_the_same(start_ns: int) -> None:
    assert recorded(spans=[make_span(start_ns=start_ns, end_ns=0)]).started_at.year in {1970, 9999}


def test_an_empty_film_is_refused_unless_it_is_a_runs() -> None:
    with pytest.raises(FilmError, match="expected at least one request"):
        recorded(spans=[])
    assert recorded(spans=[], run=True).spans == 0


def test_too_long_a_film_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, spans=2))
    with pytest.raises(FilmError, match="It has 3 spans: expected at most 2"):
        recorded()


def test_the_oldest_makes_room_and_leaves_a_stub(room_for_three: None) -> None:
    for number in range(1, 5):
        recorded(number, title=f"film {number}", run=number == 1)
    assert kept() == ["film 2", "film 3", "film 4"]
    stub = Recording.objects.get(pk=f"{1:016x}")
    assert (stub.gone, stub.film, stub.bytes) == (EVICTED, None, 0)
    assert not Run.objects.exists()
    assert not RecordedTrace.objects.filter(recording=stub).exists()


def test_what_was_deleted_makes_room_first(room_for_three: None) -> None:
    for number in range(1, 4):
        recorded(number, title=f"film {number}")
    Recording.objects.filter(title="film 3").update(gone=DELETED, gone_at=timezone.now())
    recorded(4, title="film 4")
    assert kept() == ["film 1", "film 2", "film 4"]
    assert Recording.objects.get(title="film 3").gone == DELETED


def test_films_together_take_no_more_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    size = recorded(1, title="film 1").bytes
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, bytes=2 * size + size // 2))
    recorded(2, title="film 2")
    recorded(3, title="film 3")
    assert kept() == ["film 2", "film 3"]


def test_what_was_deleted_long_ago_is_emptied() -> None:
    recorded(1)
    long_ago = timezone.now() - timedelta(seconds=limits.LIMITS.undo_s + 1)
    Recording.objects.update(gone=DELETED, gone_at=long_ago)
    make_room()
    stub = Recording.objects.get()
    assert (stub.film, stub.gone, stub.gone_at) == (None, DELETED, long_ago)


def test_stubs_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, recordings=1, stubs=2))
    for number in range(1, 6):
        recorded(number)
    assert Recording.objects.count() == 3


def test_strings_that_a_database_refuses_are_kept_without_the_refused() -> None:
    spans = [make_span(stage="server", server="a\x00b\ud800", name="\x00x", attributes={"url.path": "/\ud83d"})]
    recording = recorded(spans=spans, title="t\x00\ud800")
    assert (recording.title, recording.names) == ("t?", ["ab?"])
    assert "\x00" not in Recording.objects.get().text


def test_a_draft_touches_no_database() -> None:
    draft = draft_recording(Film(request_spans(), run={"scenario": "wait"}), RUN, "1", "wait × 1", run_result())
    assert unpack(bytes(draft.recording.film or b""))["run"] == {"scenario": "wait"}
    assert not Recording.objects.exists()
