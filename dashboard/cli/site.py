"""Writes lessons with their films as a folder of static pages, which needs no server: for a course's own web page.

What a lesson's page shows was measured by the dashboard; one whose film is not kept is carried out first.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.cli.api_client import Dashboard, RefusedError
from dashboard.cli.attempts import carry_out
from dashboard.interchange.offline import render_offline
from dashboard.lessons.lesson import Lesson
from dashboard.types import JsonObject

INDEX = "lessons/site.html"
INDEX_FILES = ("index.css", "index.js")
KEPT_WITHIN_S = 30.0
LOOK_EVERY_S = 0.2

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """The context of the index."""

    chapters: Sequence[tuple[str, Sequence[Lesson]]]
    offline: bool = True


def write_site(dashboard: Dashboard, lessons: Sequence[Lesson], folder: Path, say: Say) -> list[Lesson]:
    """Write the pages of these lessons and their index, and return the lessons that have none. `say` tells how far.

    Raises RefusedError when the folder cannot be written.
    """
    left_out = []
    for lesson in lessons:
        try:
            page = _film_of(dashboard, lesson, say)
        except RefusedError as error:
            say(f"lesson {lesson.slug} is left out: {error}")
            left_out.append(lesson)
            continue
        files = {f"lesson-{lesson.slug}.html": page["html"], "lesson.css": page["style"], "lesson.js": page["script"]}
        for name, text in files.items():
            _write(folder / name, str(text))
        say(f"lesson {lesson.slug}: {folder / f'lesson-{lesson.slug}.html'}")
    _write_index([lesson for lesson in lessons if lesson not in left_out], folder)
    return left_out


def _film_of(dashboard: Dashboard, lesson: Lesson, say: Say) -> JsonObject:
    """Return a lesson's page, which is carried out if there is no film of it. Raise RefusedError."""
    path = f"/lessons/{lesson.slug}/lesson.html"
    try:
        return dashboard.get(path)
    except RefusedError:
        say(f"lesson {lesson.slug} is being fired")
    attempt = carry_out(dashboard, lesson, {})
    if attempt.state != "done":
        raise RefusedError(attempt.error or "It was stopped before its end.")
    return _get_soon(dashboard, f"{path}?attempt={attempt.id}")


def _get_soon(dashboard: Dashboard, path: str) -> JsonObject:
    """Return what is there a moment after the end of an attempt: it is kept while the next may already begin."""
    deadline = time.monotonic() + KEPT_WITHIN_S
    while True:
        try:
            return dashboard.get(path)
        except RefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(LOOK_EVERY_S)


def _write_index(lessons: Sequence[Lesson], folder: Path) -> None:
    names = dict.fromkeys(lesson.chapter for lesson in lessons)
    chapters = [(name, [lesson for lesson in lessons if lesson.chapter == name]) for name in names]
    page = render_offline(INDEX, SiteIndex(chapters))
    style, script = INDEX_FILES
    _write(folder / style, page.style)
    _write(folder / script, page.classic_script)
    _write(folder / "index.html", page.as_linked({}, style=style, script=script))


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RefusedError(f"{file} cannot be written ({error.strerror}): name another folder.") from error
