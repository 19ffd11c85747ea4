"""The Django application that keeps recordings."""

from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    """Holds the tables of recordings."""

    name = "dashboard.recordings"
    label = "recordings"
