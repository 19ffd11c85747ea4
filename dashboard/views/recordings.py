"""Recordings over HTTP: the list with its search, the page of one film, its data, and what changes them.

Everyone who may look may search and play; pinning, naming, deleting and restoring is reserved to the presenter.
"""

import asyncio
import gzip
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from asgiref.sync import sync_to_async
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.interchange.limits import ImportLimits
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import find_lesson
from dashboard.lib.offer import Offer
from dashboard.lib.text import abridge
from dashboard.lib.whole_number import WholeNumberError, whole_number
from dashboard.recordings import catalogue, limits, storage
from dashboard.recordings.catalogue import STATUSES, Search
from dashboard.recordings.draft import FilmError
from dashboard.recordings.eviction import Held, held
from dashboard.recordings.last_minutes import MOST_MINUTES, gather_last_minutes
from dashboard.recordings.models import EVICTED, Recording
from dashboard.recordings.recorded_stage import build_stage
from dashboard.runs.models import Run
from dashboard.services import access, backlog_of, fleet, hub, runner, spans_of
from dashboard.traces.span import Span
from dashboard.views.answers import answer, problem, render_page, wants_json

TRACE_ID_DIGITS = 32
EXPORTS = {
    "recording-html": "one HTML file that plays without a network",
    "recording-otlp": "OTLP/JSON, for Jaeger and others",
    "recording-perfetto": "Perfetto trace, for ui.perfetto.dev",
}
"""Descriptions by the names of the URLs."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to the list; the toast says so and offers to undo it."""

    deleted: Recording | None = None
    kept: Recording | None = None
    """Was pinned, or is no longer."""
    renamed: Recording | None = None
    cleared: int | None = None
    moment: str = ""
    """When all was cleared, by which it can be undone."""
    restored: int = 0

    def as_json(self) -> Mapping[str, str | int]:
        """Return it for scripts."""
        if self.deleted:
            return {"deleted": self.deleted.pk}
        if self.kept:
            return {"recording": self.kept.pk, "kept": self.kept.kept}
        if self.renamed:
            return {"recording": self.renamed.pk, "title": self.renamed.title}
        if self.cleared is not None:
            return {"cleared": self.cleared, "moment": self.moment}
        return {"restored": self.restored}


@dataclass(frozen=True, slots=True)
class ListedRecording:
    """One line of the list."""

    recording: Recording
    lesson: Lesson | None
    exports: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """The context of `recordings/index.html` and of the part of it that a search replaces."""

    search: Search
    servers: Offer[str]
    scenarios: Offer[str]
    lessons: Sequence[tuple[str, str]]
    """(number, title) of the lessons that are recorded."""
    statuses: Mapping[str, str]
    page: Page[Recording]
    rows: Sequence[ListedRecording]
    presenter: bool
    evicted: int
    automatic: Held
    kept: Held
    import_bytes: int
    import_mb: int
    toast: Change | None


@dataclass(frozen=True, slots=True)
class GonePage:
    """The context of `recordings/gone.html`."""

    message: str
    recording: Recording
    presenter: bool


@dataclass(frozen=True, slots=True)
class KeptFragment:
    """The context of `recordings/_kept.html`."""

    recording: Recording
    trace: str
    """One of its traces, by which the page recognises the take; "" for one that is no take."""
    lacking: str
    """What could not be kept any more; "" if nothing."""


@require_http_methods(["GET", "HEAD", "POST"])
@ensure_csrf_cookie
async def index(request: HttpRequest) -> HttpResponse:
    """GET /recordings: the list. POST: keep the take of these `traces`, or the last `minutes`, under a `title`."""
    if request.method == "POST":
        return await (_keep_last_minutes(request) if "minutes" in request.POST else _keep_take(request))
    return await sync_to_async(_list)(request, Search.parse(_search_fields(request)))


@require_safe
@ensure_csrf_cookie
async def detail(request: HttpRequest, recording_id: str) -> HttpResponse:
    """GET /recordings/ID: the page that plays the film, or what the list says of it as JSON."""
    recording = await _recording(recording_id)
    if recording is None or recording.gone:
        return await absent(request, recording_id, recording)
    run = await Run.objects.filter(pk=recording_id).afirst() if recording.source == "run" else None
    stage = build_stage(recording, run.result() if run else None, exports=exports(recording))
    template = "recordings/recording.html" if recording.servers else "recordings/empty.html"
    return answer(request, template, stage, data=recording.as_json())


@require_safe
async def film(request: HttpRequest, recording_id: str) -> HttpResponse:
    """GET /recordings/ID/film: all of it as JSON, compressed as it is stored."""
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
    """POST /recordings/ID/delete: it can be restored for a while."""
    recording = catalogue.delete(recording_id)
    if recording is None:
        return problem(request, _unknown(recording_id), 404)
    return _answer_change(request, Change(deleted=recording))


@require_POST
def keep(request: HttpRequest, recording_id: str) -> HttpResponse:
    """POST /recordings/ID/keep pins it: what is recorded later does not push it out. `kept=off` unpins it."""
    known = Recording.objects.filter(pk=recording_id, gone="").defer("film", "text").first()
    if known is None:
        return problem(request, _unknown(recording_id), 404)
    wanted = request.POST.get("kept", "") != "off"
    if wanted and not known.kept and (sentence := storage.why_full(known.bytes)):
        return problem(request, sentence, 409)
    recording = catalogue.keep(recording_id, kept=wanted)
    if recording is None:
        return problem(request, _unknown(recording_id), 404)
    return _answer_change(request, Change(kept=recording))


@require_POST
def rename(request: HttpRequest, recording_id: str) -> HttpResponse:
    """POST /recordings/ID/name: gives it the name in `title`; 400 for none."""
    try:
        recording = catalogue.rename(recording_id, request.POST.get("title", ""))
    except ValueError as error:
        return problem(request, str(error), 400)
    if recording is None:
        return problem(request, _unknown(recording_id), 404)
    return _answer_change(request, Change(renamed=recording))


@require_POST
def restore(request: HttpRequest, recording_id: str) -> HttpResponse:
    """POST /recordings/ID/restore: undo the deletion; 410 when it is too late."""
    recording = catalogue.restore(recording_id)
    if recording is None:
        return problem(request, "It is too late to restore this recording: it has been deleted for good.", 410)
    if not request.headers.get("HX-Request") and not wants_json(request):
        return HttpResponseRedirect(reverse("recording", args=[recording.pk]))
    return _answer_change(request, Change(restored=1))


@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """POST /recordings/clear: delete all; POST /recordings/restore with the `moment` undoes it."""
    number, moment = catalogue.clear()
    return _answer_change(request, Change(cleared=number, moment=moment.isoformat()))


@require_POST
def restore_cleared(request: HttpRequest) -> HttpResponse:
    """POST /recordings/restore: restore what was cleared at `moment`."""
    moment = _parse_moment(request.POST.get("moment", ""))
    number = catalogue.restore_cleared(moment) if moment else 0
    if not number:
        return problem(request, "Nothing can be restored: these recordings have been deleted for good.", 410)
    return _answer_change(request, Change(restored=number))


async def absent(request: HttpRequest, recording_id: str, recording: Recording | None) -> HttpResponse:
    """Answer a link that leads to no film: it was deleted or made room (410), or never existed (404)."""
    if recording is None:
        sentence = _under_way(recording_id) if runner.is_under_way(recording_id) else _unknown(recording_id)
        return problem(request, sentence, 404, "pages/404.html")
    return gone(request, recording)


def gone(request: HttpRequest, recording: Recording) -> HttpResponse:
    """Answer 410, with a button to restore it while that is possible."""
    why = "was removed to make room for newer ones" if recording.gone == EVICTED else "was deleted"
    when = f"{recording.started_at:%-d %B %Y, %H:%M} UTC"
    sentence = f"The recording “{recording.title}” of {when} {why}."
    context = GonePage(sentence, recording, presenter=access.role(request) == "presenter")
    response = answer(request, "recordings/gone.html", context, data={"error": sentence}, status=410)
    response["Cache-Control"] = "no-store"
    return response


def exports(recording: Recording) -> list[tuple[str, str]]:
    """Return (address, description) of each format in which a film can be exported."""
    found = []
    for name, description in EXPORTS.items():
        try:
            found.append((reverse(name, args=[recording.pk]), description))
        except NoReverseMatch:
            continue
    return found


async def _keep_last_minutes(request: HttpRequest) -> HttpResponse:
    try:
        minutes = whole_number(request.POST["minutes"], most=MOST_MINUTES)
    except WholeNumberError:
        sentence = f"How many minutes? Expected 1 to {MOST_MINUTES}, not {abridge(request.POST['minutes'])}."
        return problem(request, sentence, 400)
    store = hub.store
    last = gather_last_minutes(
        store.snapshot(), minutes, time.time_ns(), has_evicted=store.counts().evicted_traces > 0
    )
    if not last.spans:
        return problem(request, f"Nothing came in the last {minutes} minutes, so there is nothing to keep.", 404)
    return await _keep(request, last.spans, lacking=last.lacking)


async def _keep_take(request: HttpRequest) -> HttpResponse:
    ids = list(dict.fromkeys(request.POST.get("traces", "").split()))
    most = limits.LIMITS.traces
    if not ids or len(ids) > most or any(len(one) != TRACE_ID_DIGITS for one in ids):
        return problem(
            request, f"Which requests? Expected 1 to {most:,} trace ids (traces), separated by spaces.", 400
        )
    spans = spans_of(ids)
    if not spans:
        return problem(request, "None of these requests is kept any more: newer ones replaced them.", 404)
    return await _keep(request, spans, trace=ids[0])


async def _keep(request: HttpRequest, spans: list[Span], *, trace: str = "", lacking: str = "") -> HttpResponse:
    try:
        recording = await storage.keep_take(fleet, spans, request.POST.get("title", ""), backlog_of(spans))
    except FilmError as error:
        return problem(request, str(error), 400)
    data = {**recording.as_json(), "lacking": lacking} if lacking else recording.as_json()
    fragment = KeptFragment(recording, trace, lacking)
    response = answer(request, "recordings/_kept.html", fragment, data=data, status=201)
    response["Location"] = reverse("recording", args=[recording.pk])
    return response


async def _recording(recording_id: str) -> Recording | None:
    """Return one without its film."""
    return await Recording.objects.filter(pk=recording_id).defer("film", "text").afirst()


def _answer_change(request: HttpRequest, change: Change) -> HttpResponse:
    """Answer with the list after a change, and a toast that says what was changed and undoes it."""
    if request.headers.get("HX-Request"):
        return _list(request, Search.parse(_search_fields(request)), change)
    if wants_json(request):
        return JsonResponse(change.as_json())
    return HttpResponseRedirect(reverse("recordings"))


def _list(request: HttpRequest, search: Search, change: Change | None = None) -> HttpResponse:
    pages = Paginator(catalogue.find(search), catalogue.PAGE_SIZE)
    page = pages.get_page(search.page)
    choices = catalogue.filter_choices()
    context = ListPage(
        search=search,
        servers=choices.servers,
        scenarios=choices.scenarios,
        lessons=[(str(number), _lesson_title(number)) for number in choices.lessons],
        statuses=STATUSES,
        page=page,
        rows=[ListedRecording(recording, _lesson_of(recording), exports(recording)) for recording in page],
        presenter=access.role(request) == "presenter",
        evicted=catalogue.count_evicted(),
        automatic=held(kept=False),
        kept=held(kept=True),
        import_bytes=ImportLimits().file_bytes,
        import_mb=ImportLimits().file_bytes // 2**20,
        toast=change,
    )
    if request.headers.get("HX-Request"):
        return render_page(request, "recordings/_found.html", context)
    data = {"recordings": [recording.as_json() for recording in page], "pages": pages.num_pages, "found": pages.count}
    return answer(request, "recordings/index.html", context, data=data)


def _lesson_of(recording: Recording) -> Lesson | None:
    return None if recording.lesson is None else find_lesson(str(recording.lesson))


def _lesson_title(number: int) -> str:
    lesson = find_lesson(str(number))
    return f"{number} · {lesson.title}" if lesson else str(number)


def _search_fields(request: HttpRequest) -> dict[str, str]:
    """Return the fields of the search, which the list's other forms send along with what they post."""
    fields = request.POST if request.method == "POST" else request.GET
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _parse_moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _unknown(recording_id: str) -> str:
    return f"There is no recording {abridge(recording_id)}: all recordings are at /recordings."


def _under_way(recording_id: str) -> str:
    return f"The run {recording_id[:40]} is in progress: reload this page once it has ended."
