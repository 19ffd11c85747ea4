"""Loads the lessons: every file of `dashboard/lessons/course/` is one, and a wrong one stops the start."""

from functools import cache
from pathlib import Path

from dashboard.lessons.lesson import Lesson
from dashboard.lessons.validation import check_lesson
from dashboard.lessons.variation import list_variations
from dashboard.lib.toml_file import TomlFileError, load

FOLDER = Path(__file__).with_name("course")


@cache
def course() -> tuple[Lesson, ...]:
    """Return all lessons, by number. Raise TomlFileError."""
    return load_course(FOLDER)


def find_lesson(slug: str) -> Lesson | None:
    """Return the lesson with this number, or the variation with this number and letter; None if there is neither."""
    return _lessons_by_slug().get(slug)


@cache
def _lessons_by_slug() -> dict[str, Lesson]:
    lessons = course()
    return {one.slug: one for lesson in lessons for one in (lesson, *list_variations(lesson))}


def load_course(folder: Path) -> tuple[Lesson, ...]:
    """Return the lessons of a folder, by number. Raise TomlFileError for one that is wrong or numbered twice."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise TomlFileError(f"{folder} holds no lesson: expected at least one file such as 01-queue.toml.")
    lessons: dict[int, Lesson] = {}
    for file in files:
        lesson = load_lesson(file)
        if lesson.number in lessons:
            raise TomlFileError(f"{file}: number: expected one that no other lesson has, but {lesson.number} came.")
        lessons[lesson.number] = lesson
    return tuple(lessons[number] for number in sorted(lessons))


def load_lesson(file: Path) -> Lesson:
    """Return one lesson. Raise TomlFileError."""
    return load(file, Lesson, check_lesson)
