"""Lessons over HTTP: an attempt is begun, looked at and stopped, by pages and by scripts.

Scripts get its JSON, pages the fragment that shows how far it is, and in the end its card; the page's guess comes
along in each address, since it is kept by nobody but the browser.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.access.roles import require_presenter, role
from dashboard.lessons.attempt import MOST_ROUNDS
from dashboard.lessons.attempt_runner import BusyError
from dashboard.lessons.card import card, films, is_of, progress
from dashboard.lessons.guess import GuessError, guessed, parse_guess
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import find_lesson
from dashboard.lessons.models import Measurement
from dashboard.lessons.requirements import hindered
from dashboard.lib.whole_number import WholeNumberError, whole_number
from dashboard.services import laboratory, runner
from dashboard.views.answers import answer, problem

GONE = (
    "There is no attempt {attempt!r}: newer ones took its place, or the dashboard was started anew. Reload the page, "
    "and fire again."
)
OLDER = "It was measured by an older version of this lesson: fire again."
UNKNOWN = "There is no lesson {slug!r}: see /lessons for those that are."


@require_http_methods(["GET", "HEAD", "POST"])
async def of_lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """POST /lessons/N/attempts: 201 with the attempt; 409 when it cannot begin now, with what to do.

    GET: the attempt at this lesson that is under way, else the newest; 204 when there is none but the one `seen`.
    """
    lesson = find_lesson(slug)
    if lesson is None:
        return problem(request, UNKNOWN.format(slug=slug[:40]), 404, "pages/404.html")
    if request.method == "POST":
        return _begin(request, lesson)
    data = await _newest(lesson, request.GET.get("seen", ""))
    return _shown(request, data) if data else HttpResponse(status=204)


async def _newest(lesson: Lesson, seen: str) -> dict[str, Any] | None:
    """The attempt under way, else the newest that measured the lesson as it is; None when that was `seen`.

    A whole class asks for it every other second, so what was seen is not read again.
    """
    current = laboratory.current
    if current and current.lesson.number == lesson.number:
        return current.as_json()
    newest = Measurement.objects.filter(lesson=lesson.number)
    if seen and await newest.values_list("pk", flat=True).afirst() == seen:
        return None
    kept = await newest.afirst()
    return dict(kept.data) if kept and is_of(lesson, kept.data) else None


def _begin(request: HttpRequest, lesson: Lesson) -> HttpResponse:
    require_presenter(request)
    if hindrances := hindered(lesson):
        return problem(request, hindrances, 409)
    text = request.POST.get("repeat", "").strip() or "1"
    try:
        repeat = whole_number(text, most=MOST_ROUNDS)
        if guess := request.POST.get("guess", ""):
            parse_guess(lesson, guess)
        attempt = laboratory.start(lesson, repeat, dry=bool(request.POST.get("dry")))
    except WholeNumberError as error:
        return problem(request, f"The rounds (repeat) are {error}", 400)
    except GuessError as error:
        return problem(request, str(error), 400)
    except BusyError as error:
        return _busy(request, str(error))
    response = _shown(request, attempt.as_json(), status=201)
    response["Location"] = reverse("attempt", args=[attempt.id])
    return response


@require_safe
async def detail(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """GET /attempts/ID: how far it is, or what it found; those that were kept outlive the process."""
    data = laboratory.look(attempt_id)
    if data is None and (kept := await Measurement.objects.filter(pk=attempt_id).afirst()):
        data = kept.data
    if data is None:
        return problem(request, GONE.format(attempt=attempt_id[:40]), 404, "pages/404.html")
    return _shown(request, data)


@require_POST
async def stop(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """POST /attempts/ID/stop: ends it now, and the runs that it fired. 404 when it is not under way."""
    require_presenter(request)
    data = await laboratory.stop(attempt_id)
    if data is None:
        return problem(request, f"No attempt {attempt_id[:40]!r} is under way: it has ended already.", 404)
    return _shown(request, data)


def _busy(request: HttpRequest, sentence: str) -> HttpResponse:
    """409, and where what is under way can be watched."""
    current = laboratory.current
    watch = f"{reverse('lesson', args=[current.lesson.slug])}?attempt={current.id}" if current else reverse("stage")
    context = {"message": sentence, "watch": watch, "lesson": current.lesson if current else None}
    return answer(request, "lessons/_busy.html", context, data={"error": sentence, "watch": watch}, status=409)


def _shown(request: HttpRequest, data: dict[str, Any], status: int = 200) -> HttpResponse:
    """An attempt as JSON, or as the fragment of its lesson's page."""
    lesson = find_lesson(str(data["lesson"]))
    if lesson is None:
        return answer(request, "_error.html", {"message": "Its lesson is gone."}, data=data, status=status)
    sent = request.POST if request.method == "POST" else request.GET
    guess = guessed(lesson, sent.get("guess", ""))
    ended = data["state"] == "done"
    if ended and not is_of(lesson, data):
        context = {"lesson": lesson, "attempt": {**data, "state": "older", "error": OLDER}, "htmx_swap": True}
        return answer(request, "lessons/_attempt.html", context, data=data, status=status)
    context = {
        "lesson": lesson,
        "attempt": data,
        "guess": guess,
        "card": card(lesson, data, guess) if ended else None,
        "measured_at": parse_datetime(data["surroundings"]["at"]) if ended else None,
        "progress": progress(lesson, data),
        "films": [film for film in films(lesson, data) if not runner.is_under_way(film.id)],
        "presenter": role(request) == "presenter",
        "htmx_swap": True,
    }
    return answer(request, "lessons/_attempt.html", context, data=data, status=status)
