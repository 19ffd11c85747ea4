"""The Django application of the comparison: it checks the file of the classic table at the start."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


class ComparisonConfig(AppConfig):
    """No models: what was measured is kept by `dashboard.lessons`."""

    name = "dashboard.comparison"
    label = "comparison"

    def ready(self) -> None:
        """Let a table that cannot be loaded stop the start."""
        register(check_table)


def check_table(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Report what is wrong with the table. Leave what is wrong with the lessons it names to their own check."""
    from dashboard.comparison.table import comparison_table
    from dashboard.lessons.loader import course
    from dashboard.lib.toml_file import TomlFileError

    try:
        course()
    except TomlFileError:
        return []
    try:
        comparison_table()
    except TomlFileError as error:
        hint = "Mend the file; the format is dashboard/comparison/table.py."
        return [Error(str(error), hint=hint, id="comparison.E001")]
    return []
