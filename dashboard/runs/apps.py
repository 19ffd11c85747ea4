"""The Django application that keeps runs."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    """Holds the table of finished runs."""

    name = "dashboard.runs"
    # The package was once called "lessons"; the label names tables and migrations of existing databases.
    label = "lessons"
