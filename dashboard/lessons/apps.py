"""The Django application that keeps runs."""

from django.apps import AppConfig


class LessonsConfig(AppConfig):
    """Holds the table of finished runs."""

    name = "dashboard.lessons"
    label = "lessons"
