"""The lecture that is given, so that a restart loses nothing of it."""

from django.db import models


class Lecture(models.Model):
    """The only row is the one with `pk` 1; `state` is the JSON of `state.LectureState`."""

    state = models.JSONField()

    def __str__(self) -> str:
        return f"lecture at {self.state.get('lesson', '')}"
