"""A lesson as one HTML file: question, guess, film, explanation and questions, without network or Python."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.utils.dateparse import parse_datetime
from msgspec import Struct

from dashboard.interchange.offline import OfflinePage, render_offline
from dashboard.lessons.axis import Axis
from dashboard.lessons.card import AttemptCard, RunLink, draw_guess_axis, link_runs, make_card
from dashboard.lessons.code_listing import CodeListing, list_code
from dashboard.lessons.guess import predicted_unit
from dashboard.lessons.lesson import GuessAnswer, Lesson
from dashboard.lessons.results import AttemptResult
from dashboard.recordings.film import FilmJson, ServerFactsJson
from dashboard.recordings.recorded_stage import ROWS
from dashboard.runs.metric_format import format_unit
from dashboard.runs.results import RunResult

TEMPLATE = "lessons/file.html"


class OptionKey(Struct, frozen=True, kw_only=True):
    """What is said of one option."""

    is_right: bool
    answer: str


class AnswerKey(Struct, frozen=True, kw_only=True):
    """What the file needs to judge a guess by itself, as `lessons.card` does on a dashboard."""

    kind: str
    unit: str
    """Of the figures; "s" for times."""
    values: tuple[float | None, ...]
    """What was measured: of the prediction's proof, or of each that is to be put in order."""
    labels: tuple[str, ...]
    """What is to be put in order."""
    options: tuple[OptionKey, ...]
    answers: tuple[GuessAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonFilePage:
    """The context of the template."""

    lesson: Lesson
    attempt: AttemptResult
    measured_at: datetime | None
    card: AttemptCard
    unit: str
    """What stands beside the field for a guess."""
    axis: Axis | None
    code: Sequence[CodeListing]
    runs: Sequence[RunLink]
    """The runs of the film; the first one shown is `card.run`."""
    servers: Sequence[ServerFactsJson]
    rows: Sequence[tuple[int, str]]
    run: RunResult | None
    """The run that the prediction was about: its figures stand in the rows."""
    film_url: str = ""
    recorded: bool = True
    offline: bool = True


def render_lesson_file(lesson: Lesson, attempt: AttemptResult, film: FilmJson, run: RunResult | None) -> OfflinePage:
    """Render a lesson with what an attempt measured and the film of its last round. Not on an event loop."""
    card = make_card(lesson, attempt, None)
    is_number = lesson.predict.kind == "number"
    page = LessonFilePage(
        lesson=lesson,
        attempt=attempt,
        measured_at=parse_datetime(attempt.surroundings.at) if attempt.surroundings else None,
        card=card,
        unit=format_unit(predicted_unit(lesson)) if is_number else "",
        axis=draw_guess_axis(lesson),
        code=list_code(lesson),
        runs=link_runs(lesson, attempt)[-len(lesson.fire) :],
        servers=film["servers"],
        rows=list(enumerate(_cast(card.servers, film["servers"]), 1)),
        run=run,
    )
    return render_offline(TEMPLATE, page)


def answer_key(lesson: Lesson, attempt: AttemptResult) -> str:
    """Return the JSON by which the file judges a guess, in ASCII."""
    predict = lesson.predict
    labels = predict.proofs or (predict.proof,)
    measured = [figure.measured if (figure := attempt.figure(label)) else None for label in labels]
    options = [
        OptionKey(is_right=measured[0] is not None and option.holds(measured[0]), answer=option.answer)
        for option in predict.options
    ]
    key = AnswerKey(
        kind=predict.kind,
        unit=predicted_unit(lesson),
        values=tuple(measured),
        labels=predict.proofs,
        options=tuple(options),
        answers=predict.answers,
    )
    return json.dumps(msgspec.to_builtins(key))


def _cast(fired: Sequence[str], servers: Sequence[ServerFactsJson]) -> list[str]:
    """Return the servers of the rows: those that were fired at first, then the film's others."""
    known = [server["name"] for server in servers]
    return list(dict.fromkeys(name for name in (*fired, *known) if name in known))[:ROWS]
