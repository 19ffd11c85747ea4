"""The Django application that keeps the state of the lecture."""

from django.apps import AppConfig


class LectureConfig(AppConfig):
    """Holds one row: the lecture that is given."""

    name = "dashboard.lecture"
    label = "lecture"
