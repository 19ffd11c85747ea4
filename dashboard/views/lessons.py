"""The course over HTTP: its index, and each lesson's page, which is the live stage with five beats."""

from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from dashboard.access.roles import role
from dashboard.fleet.current import fleet
from dashboard.fleet.nginx import configuration as nginx
from dashboard.fleet.nginx.routes import ROUTES
from dashboard.fleet.panel import server_rows
from dashboard.lessons import storage
from dashboard.lessons.card import guess_axis
from dashboard.lessons.code_listing import listings
from dashboard.lessons.guess import GuessError, guess_words, parse_guess, unit_of
from dashboard.lessons.headline import Headline, headline
from dashboard.lessons.lesson import Firing, Lesson, Variation
from dashboard.lessons.loader import course, find_lesson
from dashboard.lessons.models import Measurement
from dashboard.lessons.requirements import instead, obstacles
from dashboard.lessons.shell_commands import lines
from dashboard.runs.metric_format import unit_words
from dashboard.runs.prepare import PROXY
from dashboard.runs.scenarios import SCENARIOS
from dashboard.views.answers import answer, problem

ROWS = 2
BEATS = (("name", "name"), ("predict", "predict"), ("fire", "fire"), ("see", "see"), ("explain", "explain and vary"))
BOXES = {"nginx": "proxy", "gateway": "worker"}
"""What lessons call a place of the stage, where the stage's own name is another."""
UNKNOWN = "There is no lesson {slug!r}: see /lessons for those that are."


@dataclass(frozen=True, slots=True)
class Entry:
    """A lesson in the index."""

    lesson: Lesson
    obstacles: tuple[str, ...]
    instead: tuple[Lesson, ...]
    headline: Headline


@require_safe
@ensure_csrf_cookie
async def index(request: HttpRequest) -> HttpResponse:
    """GET /lessons: all lessons by chapter, or with `by=question` by what somebody asks."""
    measured = await sync_to_async(storage.newest)()
    entries = [_entry(lesson, measured.get(lesson.number)) for lesson in course()]
    by_question = request.GET.get("by") == "question"
    groups = _by_question(entries) if by_question else _by_chapter(entries)
    data = {"lessons": [_summary(entry) for entry in entries]}
    context = {"groups": groups, "by_question": by_question, "lessons": len(entries)}
    return answer(request, "lessons/index.html", context, data=data)


@require_safe
@ensure_csrf_cookie
async def page(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /lessons/N: the stage, and the lesson's five beats; `attempt=ID` shows that attempt."""
    lesson = find_lesson(slug)
    if lesson is None:
        return problem(request, UNKNOWN.format(slug=slug[:40]), 404, "pages/404.html")
    context = _stage(lesson) | _texts(lesson) | _neighbours(lesson)
    context |= {
        "lesson": lesson,
        "beats": BEATS,
        "presenter": role(request) == "presenter",
        "obstacles": obstacles(lesson),
        "instead": instead(lesson, course()),
    }
    return render(request, "lessons/lesson.html", context)


@require_safe
def guess(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /lessons/N/guess?guess=…: the guess as it is drawn; 400 with a sentence when it is none."""
    lesson = find_lesson(slug)
    if lesson is None:
        return problem(request, UNKNOWN.format(slug=slug[:40]), 404)
    try:
        made = parse_guess(lesson, request.GET.get("guess", ""))
    except GuessError as error:
        return problem(request, str(error), 400)
    words = guess_words(lesson, made)
    picture = "" if made.option is None else lesson.predict.options[made.option].picture
    order = [lesson.predict.proofs[position] for position in made.order]
    context = {
        "guess": made,
        "words": words,
        "axis": guess_axis(lesson, made),
        "picture": picture,
        "order": order,
    }
    return answer(request, "lessons/_guess.html", context, data={"guess": made.text, "words": words})


def _entry(lesson: Lesson, measurement: Measurement | None) -> Entry:
    hindrances = obstacles(lesson)
    others = instead(lesson, course()) if hindrances else ()
    return Entry(lesson, hindrances, others, headline(lesson, measurement))


def _summary(entry: Entry) -> dict[str, Any]:
    """For scripts."""
    measurement = entry.headline.measurement
    return {
        "number": entry.lesson.number,
        "title": entry.lesson.title,
        "chapter": entry.lesson.chapter,
        "questions": entry.lesson.questions,
        "obstacles": entry.obstacles,
        "holds": measurement.holds if measurement else None,
        "attempt": measurement.pk if measurement else None,
    }


def _by_chapter(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    """In the order of the lessons; a chapter's lessons need not follow each other."""
    chapters = list(dict.fromkeys(entry.lesson.chapter for entry in entries))
    ordered = sorted(entries, key=lambda entry: chapters.index(entry.lesson.chapter))
    return [(name, list(group)) for name, group in groupby(ordered, key=lambda entry: entry.lesson.chapter)]


def _by_question(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    questions: dict[str, list[Entry]] = {}
    for entry in entries:
        for question in entry.lesson.questions:
            questions.setdefault(question, []).append(entry)
    return list(questions.items())


def _stage(lesson: Lesson) -> dict[str, Any]:
    """What the partials of the stage need."""
    servers = server_rows()
    known = {server["name"] for server in servers}
    cast = [name for name in dict.fromkeys((*lesson.fire[0].servers, *lesson.servers)) if name in known][:ROWS]
    return {
        "servers": servers,
        "rows": list(enumerate(cast, 1)),
        "ways": [{**asdict(way), "configuration": nginx.render_location(way)} for way in ROUTES.values()],
        "live_url": "/live",
        "boxes": " ".join(BOXES.get(box, box) for box in lesson.boxes),
    }


def _texts(lesson: Lesson) -> dict[str, Any]:
    """What the beats say that is not in the lesson's file as it stands."""
    return {
        "unit": unit_words(unit_of(lesson)) if lesson.predict.kind == "number" else "",
        "axis": guess_axis(lesson),
        "firings": [_firing(firing) for firing in lesson.fire],
        "code": listings(lesson),
        "variations": [{"text": one.text, "link": f"/?{_form(one)}"} for one in lesson.vary],
        "proving": [{"firing": firing, "lines": lines(firing, _urls(firing))} for firing in lesson.fire],
        "commands": [state for name in lesson.servers if (state := fleet.states().get(name)) and state.command],
    }


def _firing(firing: Firing) -> dict[str, Any]:
    """One firing in words: what, how often, where."""
    at_once = firing.concurrency
    return {
        "name": firing.name,
        "what": f"{firing.count} × {SCENARIOS[firing.scenario].title}",
        "at_once": f", {at_once} at once" if at_once and at_once < firing.count else "",
        "servers": [_server(name) for name in firing.servers],
        "via": ROUTES[firing.via].title if firing.via else "",
        "beside": firing.beside,
    }


def _server(name: str) -> dict[str, str]:
    state = fleet.states().get(name)
    return {"title": state.title, "interface": state.interface} if state else {"title": name, "interface": ""}


def _urls(firing: Firing) -> dict[str, str]:
    """Where each server is reached, the way that the firing goes."""
    states = fleet.states()
    known = [name for name in firing.servers if name in states]
    if not firing.via:
        return {name: states[name].url for name in known}
    if PROXY not in states:
        return {}
    ports = fleet.layout.ports_of(fleet.entry(PROXY))
    return {name: ROUTES[firing.via].url(name, ports) for name in known}


def _form(variation: Variation) -> str:
    """The query that fills the stage's form."""
    fields = [("server", server) for server in variation.servers]
    return urlencode([*fields, *((name, value) for name, value in variation.form.items() if value)])


def _neighbours(lesson: Lesson) -> dict[str, Lesson | None]:
    all_lessons = course()
    position = all_lessons.index(lesson)
    return {
        "before": all_lessons[position - 1] if position else None,
        "after": all_lessons[position + 1] if position + 1 < len(all_lessons) else None,
    }
