"""Lessons over HTTP: an attempt is begun, looked at and stopped, by pages and by scripts.

Scripts get its JSON, pages the fragment that shows how far it is, and in the end its card. The page's guess comes
with every request, since only the browser keeps it.
"""

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.diff.one_clock import Group, play_together
from dashboard.lessons.attempt import MOST_ROUNDS
from dashboard.lessons.card import describe_progress, is_current, link_runs, make_card
from dashboard.lessons.guess import GuessError, guess_or_none, parse_guess
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import find_lesson
from dashboard.lessons.models import Measurement
from dashboard.lessons.requirements import describe_obstacles
from dashboard.lessons.results import AttemptResult, to_json
from dashboard.lessons.variation import VariedLesson
from dashboard.lib.whole_number import WholeNumberError, whole_number
from dashboard.recordings.models import Recording
from dashboard.recordings.storage import load_film
from dashboard.runs.exclusive import BusyError
from dashboard.services import access, attempt_runner, fleet, runner
from dashboard.views.answers import answer, problem

GONE = (
    "There is no attempt {attempt!r}: it was replaced by newer ones, or the dashboard was restarted. "
    "Reload the page, and fire again."
)
NO_FILM = "The film of this attempt is not kept any more: fire again to see it."
UNKNOWN = "There is no lesson {slug!r}: /lessons lists all lessons."


@require_http_methods(["GET", "HEAD", "POST"])
async def of_lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """POST /lessons/N/attempts: 201 with the attempt; 409 when it cannot begin now, with what to do.

    GET: the attempt at this lesson that is in progress, else the newest; 204 if that is the one `seen`, or none.
    """
    lesson = find_lesson(slug)
    if lesson is None:
        return problem(request, UNKNOWN.format(slug=slug[:40]), 404, "pages/404.html")
    if request.method == "POST":
        return _begin(request, lesson)
    attempt = await _newest(lesson, request.GET.get("seen", ""))
    return _show(request, attempt) if attempt else HttpResponse(status=204)


async def _newest(lesson: Lesson, seen: str) -> AttemptResult | None:
    """Return the attempt in progress, else the newest that measured the lesson as it is; None if that was `seen`.

    A whole class asks every other second, so what was seen is not read again.
    """
    current = attempt_runner.current
    if current and current.lesson.slug == lesson.slug:
        return current.result()
    if isinstance(lesson, VariedLesson):
        varied = attempt_runner.newest(lesson)
        return None if varied is None or varied.id == seen else varied
    newest = Measurement.objects.filter(lesson=lesson.number)
    if seen and await newest.values_list("pk", flat=True).afirst() == seen:
        return None
    kept = await newest.afirst()
    return kept.result if kept and is_current(lesson, kept.result) else None


def _begin(request: HttpRequest, lesson: Lesson) -> HttpResponse:
    if obstacles := describe_obstacles(fleet, lesson):
        return problem(request, obstacles, 409)
    try:
        repeat = whole_number(request.POST.get("repeat", "").strip() or "1", most=MOST_ROUNDS)
        if guess := request.POST.get("guess", ""):
            parse_guess(lesson, guess)
        attempt = attempt_runner.start(lesson, repeat, dry=bool(request.POST.get("dry")))
    except WholeNumberError as error:
        return problem(request, f"The number of rounds (repeat) is {error}", 400)
    except GuessError as error:
        return problem(request, str(error), 400)
    except BusyError as error:
        return _refuse_while_busy(request, str(error))
    response = _show(request, attempt.result(), status=201)
    response["Location"] = reverse("attempt", args=[attempt.id])
    return response


@require_safe
async def detail(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """GET /attempts/ID: how far it is, or what it found; those that were kept outlive the process."""
    attempt = await _find(attempt_id)
    if attempt is None:
        return problem(request, GONE.format(attempt=attempt_id[:40]), 404, "pages/404.html")
    return _show(request, attempt)


async def _find(attempt_id: str) -> AttemptResult | None:
    if found := attempt_runner.find(attempt_id):
        return found
    kept = await Measurement.objects.filter(pk=attempt_id).afirst()
    return kept.result if kept else None


@require_POST
async def stop(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """POST /attempts/ID/stop: ends it now, and the runs that it fired. 404 when it is not in progress."""
    attempt = await attempt_runner.stop(attempt_id)
    if attempt is None:
        return problem(request, f"No attempt {attempt_id[:40]!r} is in progress: it has ended already.", 404)
    return _show(request, attempt)


@require_safe
async def film(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """GET /attempts/ID/film: what its lesson looks at, as one film; 404 where that is not kept, or no longer."""
    attempt = await _find(attempt_id)
    lesson = find_lesson(str(attempt.lesson)) if attempt else None
    if attempt is None or lesson is None:
        return problem(request, GONE.format(attempt=attempt_id[:40]), 404, "pages/404.html")
    return await sync_to_async(_film)(request, lesson, attempt)


def _film(request: HttpRequest, lesson: Lesson, attempt: AttemptResult) -> HttpResponse:
    names = [firing.name for firing in lesson.fire]
    runs = dict(zip(names, attempt.runs[-len(names) :], strict=False)) if len(attempt.runs) >= len(names) else {}
    recordings = Recording.objects.filter(gone="").in_bulk(list(runs.values()))
    try:
        groups = [
            Group(group[-1], [load_film(recordings[runs[name]]) for name in group]) for group in lesson.film_groups
        ]
        return JsonResponse(play_together(groups))
    except KeyError:
        return problem(request, NO_FILM, 404)
    except ValueError as error:
        return problem(request, str(error), 404)


def _refuse_while_busy(request: HttpRequest, sentence: str) -> HttpResponse:
    """Answer 409, and say where what is in progress can be watched."""
    current = attempt_runner.current
    watch = f"{reverse('lesson', args=[current.lesson.slug])}?attempt={current.id}" if current else reverse("stage")
    context = {"message": sentence, "watch": watch, "lesson": current.lesson if current else None}
    return answer(request, "lessons/_busy.html", context, data={"error": sentence, "watch": watch}, status=409)


def _show(request: HttpRequest, attempt: AttemptResult, status: int = 200) -> HttpResponse:
    """Answer with an attempt as JSON, or as the fragment of its lesson's page."""
    data = to_json(attempt)
    lesson = find_lesson(attempt.slug)
    if lesson is None:
        return answer(request, "_error.html", {"message": "Its lesson no longer exists."}, data=data, status=status)
    sent = request.POST if request.method == "POST" else request.GET
    guess = guess_or_none(lesson, sent.get("guess", ""))
    has_card = attempt.state == "done" and is_current(lesson, attempt)
    context = {
        "lesson": lesson,
        "attempt": attempt,
        "is_outdated": attempt.state == "done" and not has_card,
        "card": make_card(lesson, attempt, guess) if has_card else None,
        "measured_at": parse_datetime(attempt.surroundings.at) if has_card and attempt.surroundings else None,
        "progress": describe_progress(lesson, attempt),
        "runs": [run for run in link_runs(lesson, attempt) if not runner.is_under_way(run.id)] if has_card else [],
        "presenter": access.role(request) == "presenter",
        "htmx_swap": True,
    }
    return answer(request, "lessons/_attempt.html", context, data=data, status=status)
