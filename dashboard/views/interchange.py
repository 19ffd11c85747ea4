"""Import and export over HTTP: POST /recordings/import, and a recording as a file in three formats."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeAlias, TypedDict

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

from dashboard.interchange.importing import Imported
from dashboard.interchange.messages import Progress
from dashboard.interchange.metadata import export_metadata
from dashboard.interchange.offline import render_offline
from dashboard.interchange.otlp import otlp_json
from dashboard.interchange.perfetto import perfetto_json
from dashboard.interchange.refusal import ImportRefusedError, file_too_large
from dashboard.recordings.film import film_spans
from dashboard.recordings.models import Recording, RecordingJson
from dashboard.recordings.recorded_stage import build_stage
from dashboard.recordings.storage import load_film, load_spans
from dashboard.runs.models import Run
from dashboard.runs.results import RunResult
from dashboard.services import importer
from dashboard.views.answers import problem, wants_json
from dashboard.views.recordings import absent

LINES = "application/x-ndjson"
"""Clients that accept this get progress line by line; the last line is the outcome."""
NO_FILE = "No file was sent: expected a form with OTLP/JSON in its field 'file'. Choose a file and try again."

LONGEST_NAME = 60

Export: TypeAlias = Callable[[Recording], str]
"""Makes the text of a file."""


class ImportResult(TypedDict):
    """A film was imported."""

    recording: RecordingJson
    notes: list[str]
    url: str


class ImportFailure(TypedDict):
    """A film was not imported; the sentence says why."""

    error: str


ImportMessage: TypeAlias = Progress | ImportResult | ImportFailure
"""One line of the answer to an import."""


@require_safe
async def otlp(request: HttpRequest, recording_id: str) -> HttpResponse:
    """GET /recordings/ID/otlp.json: for Jaeger, other tools of OpenTelemetry and other Gatescopes."""
    return await _export(request, recording_id, "otlp.json", _otlp)


@require_safe
async def perfetto(request: HttpRequest, recording_id: str) -> HttpResponse:
    """GET /recordings/ID/perfetto.json: for ui.perfetto.dev and chrome://tracing."""
    return await _export(
        request, recording_id, "perfetto.json", lambda recording: perfetto_json(load_spans(recording))
    )


@require_safe
async def html(request: HttpRequest, recording_id: str) -> HttpResponse:
    """GET /recordings/ID/film.html: one file that plays without a server and without a network."""
    run = await Run.objects.filter(pk=recording_id).afirst()
    result = run.result() if run else None
    return await _export(request, recording_id, "html", lambda recording: _offline(recording, result))


async def _export(request: HttpRequest, recording_id: str, ending: str, export: Export) -> HttpResponse:
    recording = await Recording.objects.filter(pk=recording_id).afirst()
    if recording is None or recording.gone or recording.film is None:
        return await absent(request, recording_id, recording)
    text = await asyncio.to_thread(export, recording)
    kind = "text/html; charset=utf-8" if ending == "html" else "application/json"
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{_name(recording)}.{ending}"'
    return response


def _name(recording: Recording) -> str:
    """A file's name that every system takes."""
    words = re.sub(r"[^a-z0-9]+", "-", recording.title.lower()).strip("-")[:LONGEST_NAME]
    return f"gatescope-{words or 'film'}-{recording.pk}"


def _otlp(recording: Recording) -> str:
    film = load_film(recording)
    return otlp_json(film_spans(film), export_metadata(recording.title, film))


def _offline(recording: Recording, run: RunResult | None) -> str:
    text = gzip.decompress(bytes(recording.film or b"")).decode("ascii")
    stage = build_stage(recording, run, offline=True)
    return render_offline("recordings/recording.html", stage).as_one_file({"film": text})


@require_POST
async def receive(request: HttpRequest) -> HttpResponseBase:
    """POST /recordings/import: 201 and the recording; 400 for a file of another kind, 413 for one too large."""
    upload = await asyncio.to_thread(request.FILES.get, "file")
    if not isinstance(upload, TemporaryUploadedFile):
        return problem(request, NO_FILE, 400)
    path, title = Path(upload.temporary_file_path()), Path(upload.name or "import").stem
    if (upload.size or 0) > importer.limits.file_bytes:
        why = file_too_large(importer.limits.file_bytes)
        return problem(request, why.message, why.status)
    if LINES in request.headers.get("Accept", ""):
        return StreamingHttpResponse(_stream_import(path, title), content_type=LINES)
    try:
        imported = await importer.import_file(path, title, lambda _: None)
    except ImportRefusedError as error:
        return problem(request, error.message, error.status)
    return _answer_imported(request, imported)


def _answer_imported(request: HttpRequest, imported: Imported) -> HttpResponseBase:
    address = _address(imported)
    if not wants_json(request):
        return HttpResponseRedirect(address)
    return JsonResponse(_result(imported), status=201, headers={"Location": address})


async def _stream_import(path: Path, title: str) -> AsyncIterator[str]:
    """Yield one JSON object a line: progress while the file is read, then the outcome."""
    messages: asyncio.Queue[ImportMessage] = asyncio.Queue()
    importing = asyncio.create_task(_import(path, title, messages))
    try:
        while "spans" in (message := await messages.get()):
            yield json.dumps(message) + "\n"
        yield json.dumps(message) + "\n"
    finally:
        importing.cancel()


async def _import(path: Path, title: str, messages: asyncio.Queue[ImportMessage]) -> None:
    try:
        imported = await importer.import_file(path, title, lambda spans: messages.put_nowait({"spans": spans}))
    except ImportRefusedError as error:
        messages.put_nowait({"error": error.message})
    except Exception:
        messages.put_nowait({"error": "The import failed: see the dashboard's log in the terminal."})
        raise
    else:
        messages.put_nowait(_result(imported))


def _result(imported: Imported) -> ImportResult:
    return {"recording": imported.recording.as_json(), "notes": imported.notes, "url": _address(imported)}


def _address(imported: Imported) -> str:
    return reverse("recording", args=[imported.recording.pk])
