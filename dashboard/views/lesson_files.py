"""Lessons to take away: one with its film in a single file, and one on two pages of paper."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from dashboard.interchange.lesson_file import answer_key, render_lesson_file
from dashboard.lessons.card import AttemptCard, is_current, make_card
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import find_lesson
from dashboard.lessons.models import Measurement
from dashboard.lessons.results import AttemptResult
from dashboard.recordings.film import FilmJson, join_films
from dashboard.recordings.models import Recording
from dashboard.recordings.storage import load_film
from dashboard.runs.models import Run
from dashboard.runs.request_chart import RequestChart, draw_requests, latest_end
from dashboard.runs.results import RunResult
from dashboard.views.answers import problem, render_page, wants_json

UNKNOWN = "There is no lesson {slug!r}: /lessons lists all lessons."
UNMEASURED = "Lesson {slug} has no film yet: fire it on its page, then take it away."


@dataclass(frozen=True, slots=True)
class HandoutServer:
    """One server of the run that the prediction was about."""

    title: str
    interface: str
    chart: RequestChart


@dataclass(frozen=True, slots=True)
class HandoutPage:
    """The context of `lessons/handout.html`."""

    lesson: Lesson
    attempt: AttemptResult
    card: AttemptCard
    run: RunResult
    servers: Sequence[HandoutServer]
    measured_at: datetime | None


@require_safe
async def one_file(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /lessons/N/lesson.html: the file of the newest attempt whose film is still kept; `attempt=ID` names one.

    As JSON: the page with links to `lesson.css` and `lesson.js`, and these, for a folder of several lessons.
    """
    lesson = find_lesson(slug)
    if lesson is None:
        return problem(request, UNKNOWN.format(slug=slug[:40]), 404, "pages/404.html")
    async for measurement in _measurements(lesson, request.GET.get("attempt", "")):
        attempt = measurement.result
        if is_current(lesson, attempt) and (recordings := await _recordings(lesson, attempt)):
            return await _answer(request, lesson, attempt, recordings)
    return problem(request, UNMEASURED.format(slug=lesson.slug), 404, "pages/404.html")


@require_safe
async def handout(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /lessons/N/handout: question, picture, figures and moral of the newest attempt, or of `attempt=ID`."""
    lesson = find_lesson(slug)
    if lesson is None:
        return problem(request, UNKNOWN.format(slug=slug[:40]), 404, "pages/404.html")
    async for measurement in _measurements(lesson, request.GET.get("attempt", "")):
        attempt = measurement.result
        card = make_card(lesson, attempt, None) if is_current(lesson, attempt) else None
        if card and (run := await Run.objects.filter(pk=card.run).afirst()):
            return render_page(request, "lessons/handout.html", _describe(lesson, attempt, card, run.result()))
    return problem(request, UNMEASURED.format(slug=lesson.slug), 404, "pages/404.html")


def _describe(lesson: Lesson, attempt: AttemptResult, card: AttemptCard, run: RunResult) -> HandoutPage:
    until_s = latest_end(list(run.servers.values()))
    around = attempt.surroundings
    known = around.servers if around else {}
    return HandoutPage(
        lesson=lesson,
        attempt=attempt,
        card=card,
        run=run,
        servers=[
            HandoutServer(
                title=known[name].title if name in known else name,
                interface=known[name].interface if name in known else "",
                chart=draw_requests(result, until_s),
            )
            for name, result in run.servers.items()
        ],
        measured_at=parse_datetime(around.at) if around else None,
    )


def _measurements(lesson: Lesson, attempt_id: str) -> QuerySet[Measurement]:
    found = Measurement.objects.filter(lesson=lesson.number)
    return found.filter(pk=attempt_id) if attempt_id else found


async def _recordings(lesson: Lesson, attempt: AttemptResult) -> list[Recording]:
    """Return the recordings of the attempt's last round, in the order of its firings; [] if one of them is gone."""
    runs = attempt.runs[-len(lesson.fire) :]
    found = {one.pk: one async for one in Recording.objects.filter(pk__in=runs, gone="").exclude(film=None)}
    return [found[run] for run in runs] if len(found) == len(lesson.fire) else []


async def _answer(
    request: HttpRequest, lesson: Lesson, attempt: AttemptResult, recordings: list[Recording]
) -> HttpResponse:
    fired = [firing.name for firing in lesson.fire].index(lesson.predicted_proof.fire)
    run = await Run.objects.filter(pk=recordings[fired].pk).afirst()
    film = await asyncio.to_thread(_join, recordings)
    page = await asyncio.to_thread(render_lesson_file, lesson, attempt, film, run.result() if run else None)
    data = {"film": json.dumps(film), "answer-key": answer_key(lesson, attempt)}
    if wants_json(request):
        html = page.as_linked(data, style="lesson.css", script="lesson.js")
        return JsonResponse({"attempt": attempt.id, "html": html, "style": page.style, "script": page.classic_script})
    response = HttpResponse(page.as_one_file(data), content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="gatescope-lesson-{lesson.slug}.html"'
    return response


def _join(recordings: list[Recording]) -> FilmJson:
    return join_films([load_film(recording) for recording in recordings])
