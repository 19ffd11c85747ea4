"""A lecture over HTTP: the lessons of a list, in order, with the minutes that each has; made to be printed, too."""

from django.http import HttpRequest, HttpResponse

from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course
from dashboard.lessons.playlist import OURS, Playlist, read_playlist
from dashboard.views.answers import answer

PARAMETER = "list"


def requested_playlist(request: HttpRequest) -> Playlist | None:
    """Return the lecture that a request is part of; None when its address names none."""
    text = request.GET.get(PARAMETER)
    return None if text is None else read_playlist(text[:400], course())


def lecture_of(request: HttpRequest, lesson: Lesson) -> Playlist | None:
    """Return the lecture that a request is part of, if it gives this lesson."""
    playlist = requested_playlist(request)
    return playlist if playlist and playlist.entry(lesson) else None


def show_playlist(request: HttpRequest, playlist: Playlist) -> HttpResponse:
    """Answer GET /lessons?list=…: 404 with a sentence where none of it is a lesson."""
    data = {
        "list": playlist.text,
        "minutes": playlist.minutes,
        "lessons": [
            {"number": entry.lesson.number, "begins": entry.begins, "ends": entry.ends} for entry in playlist.entries
        ],
        "problem": playlist.problem,
    }
    status = 200 if playlist.entries else 404
    return answer(request, "lessons/playlist.html", {"playlist": playlist}, data=data, status=status)


def offered_playlists() -> list[Playlist]:
    """Return our lectures, for the index of the lessons."""
    return [read_playlist(name, course()) for name in OURS]
