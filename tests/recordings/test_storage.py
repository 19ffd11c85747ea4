"""What is recorded comes back as it was, and a run is kept together with its film."""

import msgspec
import pytest

from dashboard.fleet.supervisor import Fleet
from dashboard.recordings import storage
from dashboard.recordings.models import Recording
from dashboard.runs.models import Run
from dashboard.runs.results import RunResult
from tests.recordings.recorded import recorded, request_spans, run_result
from tests.support.spans import START_NS, make_open

pytestmark = pytest.mark.django_db


def test_a_film_comes_back_as_it_was() -> None:
    spans = [*request_spans(), make_open(5, attributes={"text": "\x00 <b>\ud800", "flat": [1, [2.5, None]]})]
    recording = recorded(spans=spans)
    film = storage.load_film(Recording.objects.get(pk=recording.pk))
    assert film["spans"] == [span.as_json() for span in spans]
    assert storage.load_spans(recording) == spans


@pytest.mark.django_db(transaction=True)
async def test_a_run_and_its_film_are_kept_together() -> None:
    recording = await storage.keep_run(Fleet(), run_result(), request_spans(), {"uvicorn": [(START_NS, 3)]})
    run = await Run.objects.aget(pk=recording.pk)
    film = storage.load_film(await Recording.objects.aget(pk=recording.pk))
    assert run.result() == msgspec.convert(film["run"], RunResult) == run_result()
    assert [list(step) for step in film["backlog"]["uvicorn"]] == [[START_NS, 3]]
    assert (recording.title, recording.scenario, recording.requests) == ("wait × 1", "wait", 1)
