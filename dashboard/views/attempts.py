"""Lessons over HTTP: an attempt is begun, looked at and stopped, by pages and by scripts."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from dashboard.access import require_presenter
from dashboard.course.attempt import MOST_ROUNDS
from dashboard.course.laboratory import BusyError
from dashboard.course.obstacles import hindered
from dashboard.course.reading import lesson_of
from dashboard.views.answers import answer, problem
from dashboard.wiring import laboratory

DIGITS = 3


@require_POST
async def create(request: HttpRequest, slug: str) -> HttpResponse:
    """POST /lessons/N/attempts: 201 with the attempt; 409 when it cannot begin now, with what to do."""
    require_presenter(request)
    lesson = lesson_of(slug)
    if lesson is None:
        return problem(
            request, f"There is no lesson {slug[:40]!r}: see /lessons for those that are.", 404, "404.html"
        )
    if hindrances := hindered(lesson):
        return problem(request, hindrances, 409)
    text = request.POST.get("repeat", "").strip() or "1"
    repeat = int(text) if text.isascii() and text.isdigit() and len(text) < DIGITS else 0
    if not 1 <= repeat <= MOST_ROUNDS:
        return problem(request, f"The rounds (repeat) are {text[:40]!r}: expected 1 to {MOST_ROUNDS}.", 400)
    try:
        attempt = laboratory.start(lesson, repeat, dry=bool(request.POST.get("dry")))
    except BusyError as error:
        return problem(request, str(error), 409)
    data = attempt.as_json()
    response = answer(request, "_attempt.html", {"attempt": data}, data=data, status=201)
    response["Location"] = f"/attempts/{attempt.id}"
    return response


@require_safe
async def detail(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """GET /attempts/ID: how far it is, or what it found."""
    data = laboratory.look(attempt_id)
    if data is None:
        return problem(
            request, f"There is no attempt {attempt_id[:40]!r}: newer ones took its place.", 404, "404.html"
        )
    return answer(request, "_attempt.html", {"attempt": data}, data=data)


@require_POST
async def stop(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """POST /attempts/ID/stop: ends it now, and the runs that it fired. 404 when it is not under way."""
    require_presenter(request)
    data = await laboratory.stop(attempt_id)
    if data is None:
        return problem(request, f"No attempt {attempt_id[:40]!r} is under way: it has ended already.", 404)
    return answer(request, "_attempt.html", {"attempt": data}, data=data)
