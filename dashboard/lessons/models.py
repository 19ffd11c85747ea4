"""What lessons measured on this machine, so that pages can show it together with when and on what."""

from typing import ClassVar

from django.db import models

from dashboard.lessons.results import AttemptResult, from_json


class Measurement(models.Model):
    """One attempt that was carried out to its end. `data` is the JSON of a `results.AttemptResult`."""

    id = models.CharField(max_length=16, primary_key=True)
    lesson = models.PositiveSmallIntegerField(db_index=True)
    holds = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    data = models.JSONField()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"lesson {self.lesson}: {'holds' if self.holds else 'differs'}"

    @property
    def result(self) -> AttemptResult:
        """What the attempt found."""
        return from_json(self.data)


class Series(models.Model):
    """What a chart, or a race, measured: `data` is the JSON of a `SeriesResult` or a `RaceResult`."""

    id = models.CharField(max_length=16, primary_key=True)
    name = models.CharField(max_length=40, db_index=True)
    """The name of the chart, or "race"."""
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    data = models.JSONField()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} of {self.created_at:%-d %b %H:%M}"
