"""What a lesson measured here, in one figure: the one that answers its prediction."""

from dataclasses import dataclass

from dashboard.lessons.lesson import Lesson
from dashboard.lessons.models import Measurement
from dashboard.runs.metric_format import format_metric


@dataclass(frozen=True, slots=True)
class Headline:
    """A lesson and its newest measurement, if it was carried out here."""

    lesson: Lesson
    measurement: Measurement | None
    label: str = ""
    """What the figure is."""
    words: str = ""
    """The figure with its unit; empty if nothing was measured."""
    holds: bool = True
    """Whether this figure is as expected; others of the lesson may not be."""


def make_headline(lesson: Lesson, measurement: Measurement | None) -> Headline:
    """Return the headline of a lesson. A measurement of an older version of the lesson may not have the figure."""
    label = lesson.predicted_proof.label
    figure = measurement.result.figure(label) if measurement else None
    if figure is None:
        return Headline(lesson, measurement)
    return Headline(lesson, measurement, label, format_metric(figure.measured, figure.unit), figure.holds)
