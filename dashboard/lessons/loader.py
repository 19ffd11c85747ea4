"""Reads the lessons: every file of `dashboard/lessons/course/` is one, and a wrong one stops the start.

A refusal names the file, the field, what was expected and what came.
"""

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from dashboard.lessons.lesson import Lesson
from dashboard.lessons.validation import WrongFieldError, check_lesson

FOLDER = Path(__file__).with_name("course")


class LessonFileError(ValueError):
    """A lesson's file cannot be used; the message is for whoever wrote it."""


@cache
def course() -> tuple[Lesson, ...]:
    """All lessons, by number. Raises LessonFileError."""
    return read_course(FOLDER)


def lesson_of(slug: str) -> Lesson | None:
    """The lesson of this number; None when there is none."""
    return next((lesson for lesson in course() if lesson.slug == slug), None)


def read_course(folder: Path) -> tuple[Lesson, ...]:
    """The lessons of a folder, by number. Raises LessonFileError for the first that is wrong, or numbered twice."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise LessonFileError(f"{folder} holds no lesson: expected at least one file such as 01-queue.toml.")
    lessons: dict[int, Lesson] = {}
    for file in files:
        lesson = read_lesson(file)
        if lesson.number in lessons:
            raise LessonFileError(f"{file}: number: expected one that no other lesson has, but {lesson.number} came.")
        lessons[lesson.number] = lesson
    return tuple(lessons[number] for number in sorted(lessons))


def read_lesson(file: Path) -> Lesson:
    """One lesson. Raises LessonFileError."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        lesson = msgspec.convert(table, Lesson)
        check_lesson(lesson)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LessonFileError(f"{file}: expected a file in TOML: {error}.") from error
    except msgspec.ValidationError as error:
        # "Object missing required field `title` - at `$.fire[0]`": the path is written as in the file.
        raise LessonFileError(f"{file}: {str(error).replace('`$.', '`').replace('`$`', 'the top')}.") from error
    except WrongFieldError as error:
        raise LessonFileError(f"{file}: {error}") from error
    return lesson
