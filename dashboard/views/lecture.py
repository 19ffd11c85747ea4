"""The lecture over HTTP: its state, what changes it, and the speaker's window."""

from dataclasses import dataclass

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.lecture.state import BEATS, LectureError, LectureState
from dashboard.lessons.expected_answer import describe_expected_answer
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course, find_lesson
from dashboard.lessons.page import neighbours
from dashboard.lessons.playlist import Playlist, PlaylistEntry, read_playlist
from dashboard.services import access, lecture_desk
from dashboard.views.answers import problem

NOTHING = "No lesson is on the projector yet: open one, and it is followed here."


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerNotes:
    """What the speaker's window says of the lesson and the step on the projector."""

    lesson: Lesson
    beat: str
    note: str
    expected: str
    next_name: str
    next_text: str
    entry: PlaylistEntry | None
    """Where the lesson stands in the lecture; None outside one."""
    minutes: int
    """How long the lecture is."""


@require_http_methods(["GET", "HEAD", "POST"])
async def state(request: HttpRequest) -> HttpResponse:
    """GET /lecture: what the projector shows, as JSON. POST changes the fields of the form that are sent.

    They are those of `LectureState`; `press` names a key that the projected window is to carry out, `clock` is
    "start" or "stop", `pointer` is two shares of the window or empty. 400 with a sentence for what is wrong.
    """
    try:
        fields = {name: str(value) for name, value in request.POST.items()}
        now = await lecture_desk.change(fields) if request.method == "POST" else await lecture_desk.state()
    except LectureError as error:
        return problem(request, str(error), 400)
    shown = now if access.role(request) == "presenter" else now.for_class
    return JsonResponse(msgspec.to_builtins(shown))


@require_safe
@ensure_csrf_cookie
async def speaker(request: HttpRequest) -> HttpResponse:
    """GET /speaker: the speaker's window, which follows the projector wherever it is."""
    now = await lecture_desk.state()
    context = {"lecture": now, "live_url": "/live", "shown": _notes(now), "message": NOTHING}
    return render(request, "lecture/speaker.html", context)


@require_safe
async def notes(request: HttpRequest) -> HttpResponse:
    """GET /speaker/notes: the part of it that changes with lesson and step."""
    now = await lecture_desk.state()
    return render(request, "lecture/_notes.html", {"lecture": now, "shown": _notes(now), "message": NOTHING})


def _notes(now: LectureState) -> SpeakerNotes | None:
    """Return what the speaker is told; None while no lesson is on the projector."""
    lesson = find_lesson(now.lesson)
    if lesson is None:
        return None
    playlist = read_playlist(now.playlist, course()) if now.playlist else None
    beat = now.beat if now.beat in BEATS else BEATS[0]
    entry = playlist.entry(lesson) if playlist else None
    name, text = _next(lesson, beat, playlist if entry else None)
    return SpeakerNotes(
        lesson=lesson,
        beat=beat,
        note=getattr(lesson.notes, beat),
        expected=describe_expected_answer(lesson),
        next_name=name,
        next_text=text,
        entry=entry,
        minutes=playlist.minutes if playlist else 0,
    )


def _next(lesson: Lesson, beat: str, playlist: Playlist | None) -> tuple[str, str]:
    """Return what comes after this step: its name, and what it says."""
    texts = {"predict": lesson.predict.question, "fire": "Fire", "see": lesson.see, "explain": lesson.moral}
    if beat != BEATS[-1]:
        following = BEATS[BEATS.index(beat) + 1]
        return following, texts[following]
    _, after = neighbours(lesson, playlist.lessons if playlist else course())
    return (f"lesson {after.slug}", after.title) if after else ("the end", "")
