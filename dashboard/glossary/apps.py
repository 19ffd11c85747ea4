"""The Django application of the glossary: it checks the file of terms at the start."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


class GlossaryConfig(AppConfig):
    """No models: the terms are in `words.toml`."""

    name = "dashboard.glossary"
    label = "glossary"

    def ready(self) -> None:
        """Let a file that cannot be loaded stop the start."""
        register(check_glossary)


def check_glossary(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Report what is wrong with the file of terms."""
    from dashboard.glossary.glossary import glossary
    from dashboard.lib.toml_file import TomlFileError

    try:
        glossary()
    except TomlFileError as error:
        hint = "Mend the file; the format is dashboard/glossary/glossary.py."
        return [Error(str(error), hint=hint, id="glossary.E001")]
    return []
