"""A recording before it is written: what it says of its servers, and what is refused."""

from dataclasses import replace

import pytest

from dashboard.fleet.supervisor import Fleet
from dashboard.recordings import limits
from dashboard.recordings.draft import FilmError, draft_recording
from dashboard.recordings.film import Film, unpack
from dashboard.recordings.models import RUN, Recording
from tests.recordings.recorded import recorded, request_spans, run_result
from tests.support.spans import make_span

pytestmark = pytest.mark.django_db


def test_the_servers_are_remembered_as_they_were() -> None:
    (server,) = recorded(run=True).servers
    assert (server["title"], server["interface"], server["last_s"]) == ("Uvicorn, 1 event loop", "asgi", 1.01)
    assert server["why"]


def test_an_empty_film_is_refused_unless_it_is_a_runs() -> None:
    with pytest.raises(FilmError, match="expected at least one request"):
        recorded(spans=[])
    assert recorded(spans=[], run=True).spans == 0


def test_too_long_a_film_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, spans=2))
    with pytest.raises(FilmError, match="It has 3 spans: expected at most 2"):
        recorded()


def test_strings_that_a_database_refuses_are_kept_without_the_refused() -> None:
    spans = [make_span(stage="server", server="a\x00b\ud800", name="\x00x", attributes={"url.path": "/\ud83d"})]
    recording = recorded(spans=spans, title="t\x00\ud800")
    assert (recording.title, recording.names) == ("t?", ["ab?"])
    assert "\x00" not in Recording.objects.get().text


def test_a_draft_touches_no_database() -> None:
    film = Film(request_spans(), run={"scenario": "wait"})
    draft = draft_recording(Fleet(), film, RUN, "1", "wait × 1", run=run_result())
    assert unpack(bytes(draft.recording.film or b""))["run"] == {"scenario": "wait"}
    assert not Recording.objects.exists()
