"""What comes after a lesson was measured: its explanation, its questions, the review and the page at the end.

Nothing of it is in the HTML of a page that asks for a guess: it is fetched when it is due. Which lessons were done,
and how questions were answered, is known to the browser alone.
"""

from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard.lessons import storage
from dashboard.lessons.code_listing import list_code
from dashboard.lessons.expected_answer import describe_expected_answer
from dashboard.lessons.guess import describe_guess, guess_or_none
from dashboard.lessons.guess_answer import answer_guess
from dashboard.lessons.headline import Headline, make_headline
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course, find_lesson
from dashboard.lessons.page import neighbours
from dashboard.lessons.question import list_questions, order_for_review
from dashboard.lessons.variation import VariedLesson, list_variations
from dashboard.views.answers import answer, problem, render_page
from dashboard.views.playlist import lecture_of

MOST_ASKED = 12
"""Questions on one page of the review."""
UNKNOWN = "There is no lesson {slug!r}: /lessons lists all lessons."


@dataclass(frozen=True, slots=True)
class LearntLesson:
    """A lesson on the last page."""

    lesson: Lesson
    expected: str
    headline: Headline


@require_safe
def explain(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /lessons/N/explain: what happened, the code, what to vary, and the questions for afterwards.

    With `guess`, also which misconception that was, if the lesson holds.
    """
    lesson = find_lesson(slug)
    if lesson is None:
        return problem(request, UNKNOWN.format(slug=slug[:40]), 404)
    guess = guess_or_none(lesson, request.GET.get("guess", ""))
    whole = lesson.of if isinstance(lesson, VariedLesson) else lesson
    playlist = lecture_of(request, lesson)
    context = {
        "lesson": lesson,
        "playlist": playlist,
        "guess": describe_guess(lesson, guess) if guess else "",
        "said": answer_guess(lesson, {proof.label: proof.expected for proof in lesson.prove}, guess) if guess else "",
        "after": neighbours(lesson, playlist.lessons if playlist else course())[1],
        "code": list_code(lesson),
        "variations": list_variations(whole),
    }
    data = {"moral": lesson.moral, "explain": lesson.explain, "misconception": lesson.misconception}
    return answer(request, "lessons/_explain.html", context, data=data)


@require_safe
async def headline(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /lessons/N/headline: the newest measured answer to its prediction; 204 if there is none."""
    lesson = find_lesson(slug)
    if lesson is None:
        return problem(request, UNKNOWN.format(slug=slug[:40]), 404)
    measured = await sync_to_async(storage.newest_measurements)()
    found = make_headline(lesson, measured.get(lesson.number))
    if not found.words:
        return HttpResponse(status=204)
    data = {"label": found.label, "measured": found.words, "holds": found.holds}
    return answer(request, "lessons/_headline.html", {"headline": found}, data=data)


@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """GET /review: the questions of the lessons that were done in this browser, which fetches them."""
    return render_page(request, "lessons/review.html", {})


@require_safe
def review_questions(request: HttpRequest) -> HttpResponse:
    """GET /review/questions?done=1,3&wrong=3.2&right=1.1: questions of lessons that are done, wrong ones first."""
    done = [lesson for lesson in course() if lesson.slug in _names(request, "done")]
    asked = order_for_review(list_questions(done), wrong=_names(request, "wrong"), right=_names(request, "right"))
    shown = asked[:MOST_ASKED]
    data = [{"lesson": one.lesson.number, "number": one.number, "question": one.question.question} for one in shown]
    context = {"asked": shown, "left_out": len(asked) - len(shown)}
    return answer(request, "lessons/_review_questions.html", context, data=data)


@require_safe
def learnt(request: HttpRequest) -> HttpResponse:
    """GET /learnt: what was guessed and learnt in the lessons that were done in this browser, which fetches it."""
    return render_page(request, "lessons/learnt.html", {})


@require_safe
async def learnt_lessons(request: HttpRequest) -> HttpResponse:
    """GET /learnt/lessons?done=0,1,3: what these lessons expected, measured here, and showed."""
    done = _names(request, "done")
    measured = await sync_to_async(storage.newest_measurements)()
    lessons = [
        LearntLesson(lesson, describe_expected_answer(lesson), make_headline(lesson, measured.get(lesson.number)))
        for lesson in course()
        if lesson.slug in done
    ]
    data = [{"lesson": one.lesson.number, "expected": one.expected, "moral": one.lesson.moral} for one in lessons]
    return answer(request, "lessons/_learnt.html", {"lessons": lessons}, data=data)


def _names(request: HttpRequest, field: str) -> frozenset[str]:
    """Return the names that a field of the query lists, separated by commas."""
    return frozenset(name.strip() for name in request.GET.get(field, "").split(","))
