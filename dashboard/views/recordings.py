"""Recordings over HTTP: the list with its search, the page of one film, its data, and what changes them.

Everybody who may look may search and play; to keep, delete and bring back is the presenter's.
"""

import asyncio
import gzip
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.access.roles import require_presenter, role
from dashboard.interchange.limits import ImportLimits
from dashboard.recordings import catalogue, playing, storage
from dashboard.recordings.catalogue import Search
from dashboard.recordings.models import EVICTED, Recording
from dashboard.runs.models import Run
from dashboard.services import backlog_of, runner, spans_of
from dashboard.views.answers import answer, problem, wants_json

TRACE_ID_DIGITS = 32
EXPORTS = {
    "recording-html": "one HTML file that plays without a network",
    "recording-otlp": "OTLP/JSON, for Jaeger and others",
    "recording-perfetto": "Perfetto trace, for ui.perfetto.dev",
}
"""By the names of their addresses."""


@require_http_methods(["GET", "HEAD", "POST"])
@ensure_csrf_cookie
async def index(request: HttpRequest) -> HttpResponse:
    """GET /recordings: the list. POST: keep the take of these `traces`, under a `title` if one is given."""
    if request.method == "POST":
        return await _keep_take(request)
    return await sync_to_async(_listed)(request, Search.of(request.GET.dict()))


@require_safe
@ensure_csrf_cookie
async def detail(request: HttpRequest, recording_id: str) -> HttpResponse:
    """GET /recordings/ID: the page that plays the film, or what the list says of it as JSON."""
    recording = await _recording(recording_id)
    if recording is None or recording.gone:
        return await absent(request, recording_id, recording)
    run = await Run.objects.filter(pk=recording_id).afirst() if recording.source == "run" else None
    context = playing.context(recording, run.result() if run else None)
    template = "recordings/recording.html" if recording.servers else "recordings/empty.html"
    return answer(request, template, context | {"exports": exports(recording)}, data=recording.as_json())


@require_safe
async def film(request: HttpRequest, recording_id: str) -> HttpResponse:
    """GET /recordings/ID/film: all of it as JSON, compressed as it was kept."""
    recording = await Recording.objects.filter(pk=recording_id).afirst()
    if recording is None or recording.gone or recording.film is None:
        return await absent(request, recording_id, recording)
    packed = bytes(recording.film)
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    body = packed if zipped else await asyncio.to_thread(gzip.decompress, packed)
    response = HttpResponse(body, content_type="application/json")
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = "no-cache"
    if zipped:
        response["Content-Encoding"] = "gzip"
    return response


@require_POST
def delete(request: HttpRequest, recording_id: str) -> HttpResponse:
    """POST /recordings/ID/delete: it can be brought back for a while."""
    require_presenter(request)
    recording = catalogue.delete(recording_id)
    if recording is None:
        return problem(request, _unknown(recording_id), 404)
    return _changed(request, {"deleted": recording})


@require_POST
def restore(request: HttpRequest, recording_id: str) -> HttpResponse:
    """POST /recordings/ID/restore: take the deletion back; 410 when it is too late."""
    require_presenter(request)
    recording = catalogue.restore(recording_id)
    if recording is None:
        return problem(
            request, "It is too late to bring this recording back: its film has been deleted for good.", 410
        )
    if not request.headers.get("HX-Request") and not wants_json(request):
        return HttpResponseRedirect(reverse("recording", args=[recording.pk]))
    return _changed(request, {"restored": 1})


@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """POST /recordings/clear: delete all; POST /recordings/restore with the `moment` takes it back."""
    require_presenter(request)
    number, moment = catalogue.clear()
    return _changed(request, {"cleared": number, "moment": moment.isoformat()})


@require_POST
def restore_cleared(request: HttpRequest) -> HttpResponse:
    """POST /recordings/restore: bring back what was cleared at `moment`."""
    require_presenter(request)
    moment = _moment(request.POST.get("moment", ""))
    number = catalogue.restore_cleared(moment) if moment else 0
    if not number:
        return problem(request, "Nothing can be brought back: these films have been deleted for good.", 410)
    return _changed(request, {"restored": number})


async def absent(request: HttpRequest, recording_id: str, recording: Recording | None) -> HttpResponse:
    """What a link says that leads to no film: that it was deleted or made room (410), or never was here (404)."""
    if recording is None:
        sentence = _under_way(recording_id) if runner.is_under_way(recording_id) else _unknown(recording_id)
        return problem(request, sentence, 404, "pages/404.html")
    return gone(request, recording)


def gone(request: HttpRequest, recording: Recording) -> HttpResponse:
    """410, with a button that brings it back while that is possible."""
    why = "made room for newer ones" if recording.gone == EVICTED else "was deleted"
    when = f"{recording.started_at:%-d %B %Y, %H:%M} UTC"
    sentence = f"The recording “{recording.title}” of {when} {why}."
    context = {"message": sentence, "recording": recording, "presenter": role(request) == "presenter"}
    response = answer(request, "recordings/gone.html", context, data={"error": sentence}, status=410)
    response["Cache-Control"] = "no-store"
    return response


def exports(recording: Recording) -> list[tuple[str, str]]:
    """(address, what it is) of each form in which a film can be taken away."""
    found = []
    for name, words in EXPORTS.items():
        try:
            found.append((reverse(name, args=[recording.pk]), words))
        except NoReverseMatch:
            continue
    return found


async def _keep_take(request: HttpRequest) -> HttpResponse:
    require_presenter(request)
    ids = list(dict.fromkeys(request.POST.get("traces", "").split()))
    if not ids or len(ids) > storage.limits.traces or any(len(one) != TRACE_ID_DIGITS for one in ids):
        most = storage.limits.traces
        return problem(
            request, f"Which requests? Expected 1 to {most:,} trace ids (traces), separated by blanks.", 400
        )
    spans = spans_of(ids)
    if not spans:
        return problem(request, "None of these requests is here any more: newer ones took their place.", 404)
    try:
        recording = await storage.keep_take(spans, request.POST.get("title", ""), backlog_of(spans))
    except storage.FilmError as error:
        return problem(request, str(error), 400)
    response = answer(
        request,
        "recordings/_kept.html",
        {"recording": recording, "trace": ids[0]},
        data=recording.as_json(),
        status=201,
    )
    response["Location"] = reverse("recording", args=[recording.pk])
    return response


async def _recording(recording_id: str) -> Recording | None:
    """One without its film."""
    return await Recording.objects.filter(pk=recording_id).defer("film", "text").afirst()


def _changed(request: HttpRequest, what: dict[str, Any]) -> HttpResponse:
    """The list after a change, with a toast that says what was changed and takes it back."""
    if request.headers.get("HX-Request"):
        return _listed(request, Search.of(request.POST.dict()), {"toast": what})
    if wants_json(request):
        return answer(request, "", {}, data={key: getattr(value, "pk", value) for key, value in what.items()})
    return HttpResponseRedirect(reverse("recordings"))


def _listed(request: HttpRequest, search: Search, more: dict[str, Any] | None = None) -> HttpResponse:
    pages = Paginator(catalogue.found(search), catalogue.PAGE)
    page = pages.get_page(search.page)
    rows = [{"recording": recording, "exports": exports(recording)} for recording in page]
    context = {
        "page": page,
        "rows": rows,
        "presenter": role(request) == "presenter",
        "evicted": catalogue.evicted(),
        "limits": storage.limits,
        "import_bytes": ImportLimits().file_bytes,
        **catalogue.form(search),
        **(more or {}),
    }
    if request.headers.get("HX-Request"):
        return render(request, "recordings/_found.html", context)
    data = {"recordings": [recording.as_json() for recording in page], "pages": pages.num_pages, "found": pages.count}
    return answer(request, "recordings/index.html", context, data=data)


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _unknown(recording_id: str) -> str:
    return f"There is no recording {recording_id[:40]!r}: it was never here. All of them are at /recordings."


def _under_way(recording_id: str) -> str:
    return f"The run {recording_id[:40]} is under way: its film is here when it has ended. Reload this page then."
