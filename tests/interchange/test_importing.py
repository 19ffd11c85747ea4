"""A file becomes a recording, in a process of its own; a bad one leaves everything as it was."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.fleet.supervisor import Fleet
from dashboard.interchange import importing
from dashboard.interchange.importing import Importer
from dashboard.interchange.limits import ImportLimits
from dashboard.interchange.metadata import export_metadata
from dashboard.interchange.otlp import otlp_json
from dashboard.interchange.refusal import ImportRefusedError
from dashboard.recordings import storage
from dashboard.recordings.film import ServerFacts
from dashboard.recordings.models import IMPORT, Recording
from tests.ingest.requests import json_request, json_span
from tests.recordings.recorded import recorded, request_spans
from tests.support.spans import START_NS

pytestmark = pytest.mark.django_db(transaction=True)


Written = Callable[[Any], Path]
"""Writes a text, or a value as JSON, into a file."""


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(text: Any) -> Path:
        path = tmp_path / "film.json"
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        return path

    return write


async def refused(importer: Importer, path: Path) -> ImportRefusedError:
    with pytest.raises(ImportRefusedError) as found:
        await importer.import_file(path, "film", lambda _: None)
    return found.value


async def test_a_film_that_is_exported_and_imported_is_the_same_film(written: Written) -> None:
    spans = request_spans()
    servers = (ServerFacts("uvicorn", "Uvicorn of yesterday", "asgi", "why", "uvicorn shop"),)
    kept = await storage.keep_import(
        Fleet(), "Yesterday", spans, run={"id": "r"}, servers=servers, backlog={"uvicorn": [(START_NS, 3)]}
    )
    before = storage.load_film(kept)
    told: list[int] = []
    path = written(otlp_json(storage.load_spans(kept), export_metadata(kept.title, before)))
    imported = await Importer(Fleet()).import_file(path, "film", told.append)
    assert storage.load_film(imported.recording) == before
    assert imported.recording.title == "Yesterday"
    assert (imported.recording.source, imported.notes) == (IMPORT, [])
    assert told


async def test_the_trace_of_another_program_is_named_after_its_file(written: Written) -> None:
    imported = await Importer(Fleet()).import_file(written(json_request(json_span())), "checkout", lambda _: None)
    film = storage.load_film(await Recording.objects.aget(pk=imported.recording.pk))
    assert imported.recording.title == "checkout"
    assert [server["name"] for server in film["servers"]] == ["my.service"]


async def test_a_bad_file_leaves_what_was_kept_as_it_was(written: Written) -> None:
    from asgiref.sync import sync_to_async

    kept = await sync_to_async(recorded)()
    for text in ("<html>", '{"resourceSpans": [', "{}", otlp_json(request_spans())[:-40]):
        await refused(Importer(Fleet()), written(text))
    assert [recording.pk async for recording in Recording.objects.all()] == [kept.pk]


async def test_a_file_that_takes_too_long_is_given_up(written: Written) -> None:
    importer = Importer(Fleet(), replace(ImportLimits(), reading_s=0.01))
    began = time.monotonic()
    assert "could not be read within" in (await refused(importer, written(json_request(json_span())))).message
    assert time.monotonic() - began < 10


async def test_a_worker_that_dies_is_no_failure_of_the_dashboard(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "WORKER", "no.such.module")
    assert (await refused(Importer(Fleet()), written("{}"))).message == importing.DIED


async def test_only_few_files_are_read_at_once(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 0)
    assert (await refused(Importer(Fleet()), written("{}"))).status == 429
