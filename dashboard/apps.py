"""The dashboard as a Django application: it brings the commands `demo` and `fire`."""

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class DashboardConfig(AppConfig):
    """No models of its own: runs live in `dashboard.runs`."""

    name = "dashboard"

    def ready(self) -> None:
        """Read what is written in declarative files: a mistake stops the start with one line."""
        from dashboard.glossary.glossary import GlossaryError, glossary

        try:
            glossary()
        except GlossaryError as error:
            raise ImproperlyConfigured(str(error)) from error
