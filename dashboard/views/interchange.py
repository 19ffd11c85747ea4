"""Films that come and go over HTTP: POST /recordings/import, and a recording as a file in three formats."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dashboard.access.roles import require_presenter
from dashboard.interchange.importing import Imported, importer
from dashboard.interchange.metadata import about_json
from dashboard.interchange.offline import offline_html
from dashboard.interchange.otlp import otlp_json
from dashboard.interchange.perfetto import perfetto_json
from dashboard.interchange.refusal import ImportRefusedError, file_too_large
from dashboard.recordings import playing
from dashboard.recordings.models import Recording
from dashboard.recordings.storage import film, film_spans
from dashboard.runs.models import Run
from dashboard.runs.results import RunResult
from dashboard.traces.span import Span
from dashboard.views.answers import problem, wants_json
from dashboard.views.recordings import absent

LINES = "application/x-ndjson"
"""Who accepts this is told line by line how far the reading is; the last line says what became of the file."""
NO_FILE = "Which file? Expected a form with OTLP/JSON in its field 'file': choose a file and try again."

LONGEST_NAME = 60

Word = dict[str, Any]
Made = Callable[[Recording], str]


@require_safe
async def otlp(request: HttpRequest, recording_id: str) -> HttpResponse:
    """GET /recordings/ID/otlp.json: for Jaeger, other tools of OpenTelemetry and other Gatescopes."""
    return await _file(request, recording_id, "otlp.json", _otlp)


@require_safe
async def perfetto(request: HttpRequest, recording_id: str) -> HttpResponse:
    """GET /recordings/ID/perfetto.json: for ui.perfetto.dev and chrome://tracing."""
    return await _file(request, recording_id, "perfetto.json", lambda recording: perfetto_json(film_spans(recording)))


@require_safe
async def html(request: HttpRequest, recording_id: str) -> HttpResponse:
    """GET /recordings/ID/film.html: one file that plays without a server and without a network."""
    run = await Run.objects.filter(pk=recording_id).afirst()
    result = run.result() if run else None
    return await _file(request, recording_id, "html", lambda recording: _html(recording, result))


async def _file(request: HttpRequest, recording_id: str, ending: str, made: Made) -> HttpResponse:
    recording = await Recording.objects.filter(pk=recording_id).afirst()
    if recording is None or recording.gone or recording.film is None:
        return await absent(request, recording_id, recording)
    text = await asyncio.to_thread(made, recording)
    kind = "text/html; charset=utf-8" if ending == "html" else "application/json"
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{_name(recording)}.{ending}"'
    return response


def _name(recording: Recording) -> str:
    """A file's name that every system takes."""
    words = re.sub(r"[^a-z0-9]+", "-", recording.title.lower()).strip("-")[:LONGEST_NAME]
    return f"gatescope-{words or 'film'}-{recording.pk}"


def _otlp(recording: Recording) -> str:
    whole = film(recording)
    spans = [Span.from_json(form) for form in whole["spans"]]
    return otlp_json(spans, about_json(recording.title, whole))


def _html(recording: Recording, run: RunResult | None) -> str:
    text = gzip.decompress(bytes(recording.film or b"")).decode("ascii")
    return offline_html(playing.context(recording, run, offline=True), text)


@require_POST
async def receive(request: HttpRequest) -> HttpResponseBase:
    """POST /recordings/import: 201 and the recording; 400 for a file that is none, 413 for one that is too large."""
    require_presenter(request)
    upload = await asyncio.to_thread(request.FILES.get, "file")
    if not isinstance(upload, TemporaryUploadedFile):
        return problem(request, NO_FILE, 400)
    path, title = Path(upload.temporary_file_path()), Path(upload.name or "import").stem
    if (upload.size or 0) > importer.limits.file_bytes:
        why = file_too_large(importer.limits.file_bytes)
        return problem(request, why.message, why.status)
    if LINES in request.headers.get("Accept", ""):
        return StreamingHttpResponse(_lines(path, title), content_type=LINES)
    try:
        imported = await importer.import_file(path, title, lambda _: None)
    except ImportRefusedError as error:
        return problem(request, error.message, error.status)
    return _created(request, imported)


def _created(request: HttpRequest, imported: Imported) -> HttpResponseBase:
    address = _address(imported)
    if not wants_json(request):
        return HttpResponseRedirect(address)
    return JsonResponse(_result(imported), status=201, headers={"Location": address})


async def _lines(path: Path, title: str) -> AsyncIterator[str]:
    """One JSON object a line: {"spans": N} while the file is read, then what `_result` gives, or {"error": …}."""
    words: asyncio.Queue[Word] = asyncio.Queue()
    reading = asyncio.create_task(_read(path, title, words))
    try:
        while "spans" in (word := await words.get()):
            yield json.dumps(word) + "\n"
        yield json.dumps(word) + "\n"
    finally:
        reading.cancel()


async def _read(path: Path, title: str, words: asyncio.Queue[Word]) -> None:
    try:
        imported = await importer.import_file(path, title, lambda number: words.put_nowait({"spans": number}))
    except ImportRefusedError as error:
        words.put_nowait({"error": error.message})
    except Exception:
        words.put_nowait({"error": "The import failed: the dashboard's log in the terminal says why."})
        raise
    else:
        words.put_nowait(_result(imported))


def _result(imported: Imported) -> Word:
    return {"recording": imported.recording.as_json(), "notes": imported.notes, "url": _address(imported)}


def _address(imported: Imported) -> str:
    return reverse("recording", args=[imported.recording.pk])
