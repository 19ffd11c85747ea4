"""The course over HTTP: its index, and each lesson's page, which is the live stage with five steps."""

from dataclasses import asdict, dataclass
from itertools import groupby

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from dashboard.fleet.nginx import configuration as nginx
from dashboard.fleet.nginx.routes import ROUTES
from dashboard.fleet.panel import server_rows
from dashboard.lessons import storage
from dashboard.lessons.card import draw_guess_axis
from dashboard.lessons.guess import GuessError, describe_guess, parse_guess, predicted_unit
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course, find_lesson
from dashboard.lessons.models import Measurement
from dashboard.lessons.page import list_commands, neighbours, plan_firing
from dashboard.lessons.requirements import find_alternatives, unmet_requirements
from dashboard.lib.installation import IS_CHECKOUT
from dashboard.runs.metric_format import format_unit
from dashboard.services import access, fleet, lecture_desk
from dashboard.views.answers import Context, answer, problem
from dashboard.views.playlist import lecture_of, offered_playlists, requested_playlist, show_playlist

ROWS = 2
STEPS = (("name", "name"), ("predict", "predict"), ("fire", "fire"), ("see", "see"), ("explain", "explain and vary"))
BOXES = {"nginx": "proxy", "gateway": "worker"}
"""What lessons call a place on the stage, if the stage has another name for it."""
UNKNOWN = "There is no lesson {slug!r}: /lessons lists all lessons."


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A lesson in the index."""

    lesson: Lesson
    unmet: tuple[str, ...]
    alternatives: tuple[Lesson, ...]
    measurement: Measurement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonSummary:
    """A lesson in the index as JSON."""

    number: int
    title: str
    chapter: str
    questions: tuple[str, ...]
    obstacles: tuple[str, ...]
    holds: bool | None
    attempt: str | None


@require_safe
@ensure_csrf_cookie
async def index(request: HttpRequest) -> HttpResponse:
    """GET /lessons: all lessons by chapter, or with `by=question` by the questions they answer.

    With `list=1,3,5`, the lecture that gives these in order.
    """
    if playlist := requested_playlist(request):
        return show_playlist(request, playlist)
    measured = await sync_to_async(storage.newest_measurements)()
    entries = [_index_entry(lesson, measured.get(lesson.number)) for lesson in course()]
    by_question = request.GET.get("by") == "question"
    groups = _group_by_question(entries) if by_question else _group_by_chapter(entries)
    data = {"lessons": [_summarize(entry) for entry in entries]}
    context = {
        "groups": groups,
        "by_question": by_question,
        "lessons": len(entries),
        "playlists": offered_playlists(),
    }
    return answer(request, "lessons/index.html", context, data=data)


@require_safe
@ensure_csrf_cookie
async def page(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /lessons/N: the stage, and the lesson's five steps; `attempt=ID` shows that attempt.

    `list=1,3,5` says of which lecture it is a part: then the next lesson is the next of these.
    """
    lesson = find_lesson(slug)
    if lesson is None:
        return problem(request, UNKNOWN.format(slug=slug[:40]), 404, "pages/404.html")
    playlist, now = lecture_of(request, lesson), await lecture_desk.state()
    lessons = playlist.lessons if playlist else course()
    before, after = neighbours(lesson, lessons)
    context = {
        **_stage_context(lesson, presenter=access.role(request) == "presenter"),
        "lesson": lesson,
        "lecture": now if access.role(request) == "presenter" else now.for_class,
        "playlist": playlist,
        "course": lessons,
        "before": before,
        "after": after,
        "beats": STEPS,
        "presenter": access.role(request) == "presenter",
        "unmet": unmet_requirements(fleet, lesson),
        "alternatives": find_alternatives(fleet, lesson, course()),
        "unit": format_unit(predicted_unit(lesson)) if lesson.predict.kind == "number" else "",
        "axis": draw_guess_axis(lesson),
        "firings": [plan_firing(fleet, firing) for firing in lesson.fire],
        "checkout": IS_CHECKOUT,
        "proving": [list_commands(fleet, firing) for firing in lesson.fire],
        "commands": [state for name in lesson.servers if (state := fleet.states().get(name)) and state.command],
    }
    return render(request, "lessons/lesson.html", context)


@require_safe
def guess(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /lessons/N/guess?guess=…: the guess as it is drawn; 400 with a sentence for one that is invalid."""
    lesson = find_lesson(slug)
    if lesson is None:
        return problem(request, UNKNOWN.format(slug=slug[:40]), 404)
    try:
        made = parse_guess(lesson, request.GET.get("guess", ""))
    except GuessError as error:
        return problem(request, str(error), 400)
    words = describe_guess(lesson, made)
    context = {
        "guess": made,
        "words": words,
        "axis": draw_guess_axis(lesson, made),
        "picture": "" if made.option is None else lesson.predict.options[made.option].picture,
        "order": [lesson.predict.proofs[position] for position in made.order],
    }
    return answer(request, "lessons/_guess.html", context, data={"guess": made.text, "words": words})


def _index_entry(lesson: Lesson, measurement: Measurement | None) -> IndexEntry:
    unmet = unmet_requirements(fleet, lesson)
    alternatives = find_alternatives(fleet, lesson, course()) if unmet else ()
    return IndexEntry(lesson, unmet, alternatives, measurement)


def _summarize(entry: IndexEntry) -> LessonSummary:
    measurement = entry.measurement
    return LessonSummary(
        number=entry.lesson.number,
        title=entry.lesson.title,
        chapter=entry.lesson.chapter,
        questions=entry.lesson.questions,
        obstacles=entry.unmet,
        holds=measurement.holds if measurement else None,
        attempt=measurement.pk if measurement else None,
    )


def _group_by_chapter(entries: list[IndexEntry]) -> list[tuple[str, list[IndexEntry]]]:
    """Keep the order of the lessons; a chapter's lessons need not be consecutive."""
    chapters = list(dict.fromkeys(entry.lesson.chapter for entry in entries))
    ordered = sorted(entries, key=lambda entry: chapters.index(entry.lesson.chapter))
    return [(name, list(group)) for name, group in groupby(ordered, key=lambda entry: entry.lesson.chapter)]


def _group_by_question(entries: list[IndexEntry]) -> list[tuple[str, list[IndexEntry]]]:
    questions: dict[str, list[IndexEntry]] = {}
    for entry in entries:
        for question in entry.lesson.questions:
            questions.setdefault(question, []).append(entry)
    return list(questions.items())


def _stage_context(lesson: Lesson, *, presenter: bool) -> Context:
    """Return what the stage's templates need."""
    servers = server_rows(fleet, presenter=presenter)
    known = {server.name for server in servers}
    cast = [name for name in dict.fromkeys((*lesson.fire[0].servers, *lesson.servers)) if name in known][:ROWS]
    return {
        "servers": servers,
        "rows": list(enumerate(cast, 1)),
        "ways": [{**asdict(way), "configuration": nginx.render_location(way)} for way in ROUTES.values()],
        "live_url": "/live",
        "boxes": " ".join(BOXES.get(box, box) for box in lesson.boxes),
    }
