"""The Django application that keeps what lessons measured, and checks their files at the start."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


class LessonsConfig(AppConfig):
    """Holds the tables of measurements."""

    name = "dashboard.lessons"
    # The package was once called "course"; the label names tables and migrations of existing databases.
    label = "course"

    def ready(self) -> None:
        """Let a lesson that cannot be loaded stop the start."""
        register(check_course)


def check_course(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Report what is wrong with the lessons' files."""
    from dashboard.lessons.loader import course
    from dashboard.lib.toml_file import TomlFileError

    try:
        course()
    except TomlFileError as error:
        return [Error(str(error), hint="Mend the file; the format is dashboard/lessons/lesson.py.", id="course.E001")]
    return []
