"""The Django application of the comparison: it checks the classic table's file at the start."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


class ComparisonConfig(AppConfig):
    """No models: what was measured is kept by `dashboard.lessons`."""

    name = "dashboard.comparison"
    label = "comparison"

    def ready(self) -> None:
        """A table that cannot be read stops the start."""
        register(check_table)


def check_table(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Django's system check of the table. What is wrong with the lessons that it names is said by their own check."""
    from dashboard.comparison.table import TableFileError, classic
    from dashboard.lessons.loader import LessonFileError

    try:
        classic()
    except LessonFileError:
        return []
    except TableFileError as error:
        hint = "Mend the file; the format is dashboard/comparison/table.py."
        return [Error(str(error), hint=hint, id="comparison.E001")]
    return []
