"""What a lesson measured here, in one figure."""

from dashboard.lessons.headline import make_headline
from dashboard.lessons.models import Measurement
from dashboard.lessons.results import AttemptResult, to_json
from tests.lessons.made import attempt, figure, lesson


def kept(result: AttemptResult) -> Measurement:
    return Measurement(id=result.id, lesson=result.lesson, holds=True, data=to_json(result))


def test_the_headline_is_the_figure_that_answers_the_prediction() -> None:
    measured = lesson()
    found = make_headline(measured, kept(attempt(measured, [figure(measured.prove[0], measured=1.25)])))
    assert (found.label, found.words) == ("last", "1.25 s")


def test_a_lesson_that_was_not_carried_out_here_has_no_figure() -> None:
    assert make_headline(lesson(), None).words == ""


def test_a_measurement_without_the_figure_has_no_words() -> None:
    measured = lesson()
    older = attempt(measured, [figure(measured.prove[0], label="as it was called")])
    assert make_headline(measured, kept(older)).words == ""
