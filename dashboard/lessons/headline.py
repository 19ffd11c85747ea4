"""What a lesson measured here, in one figure: the one that answers its prediction."""

from dataclasses import dataclass

from dashboard.lessons.lesson import Lesson
from dashboard.lessons.models import Measurement
from dashboard.runs.metric_format import figure_words


@dataclass(frozen=True, slots=True)
class Headline:
    """A lesson, and the newest that was measured of it; nothing where it was not carried out here."""

    lesson: Lesson
    measurement: Measurement | None
    label: str = ""
    """What the figure is."""
    words: str = ""
    """The figure, with its unit; "" where nothing was measured."""


def headline(lesson: Lesson, measurement: Measurement | None) -> Headline:
    """The headline of a lesson. A measurement of an older version of the lesson may not have the figure."""
    label = lesson.predict.proof or lesson.predict.proofs[0]
    figures = measurement.data["figures"] if measurement else []
    found = next((figure for figure in figures if figure["label"] == label), None)
    if found is None:
        return Headline(lesson, measurement)
    return Headline(lesson, measurement, label, figure_words(found["measured"], found["unit"]))
