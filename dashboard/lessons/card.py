"""The result card of an attempt: what was expected, measured and guessed, in words and shapes. Pure."""

from dataclasses import dataclass

from dashboard.lessons.axis import Axis, AxisFigures, draw_axis
from dashboard.lessons.figure_text import describe_expected, describe_spread, describe_verdict
from dashboard.lessons.guess import Guess, predicted_unit
from dashboard.lessons.guess_answer import Measured, answer_guess, judge_guess
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.results import AttemptResult, FigureResult
from dashboard.runs.metric_format import format_metric


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofLine:
    """One proof, in words."""

    label: str
    expected: str
    measured: str
    spread: str
    """The smallest and the largest value of several rounds; empty after a single one."""
    verdict: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionOutcome:
    """One of the options, and what became of it."""

    text: str
    picture: str
    is_guess: bool
    is_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlace:
    """One place of an order: what was measured there, and which place the guess gave it."""

    label: str
    measured: str
    guessed: int | None
    is_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLink:
    """One run of an attempt; its recording has the same id."""

    id: str
    title: str
    servers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptCard:
    """`proof` is the line that answers the prediction; one of axis, options and places belongs to it."""

    lines: tuple[ProofLine, ...]
    proof: ProofLine
    axis: Axis | None
    options: tuple[OptionOutcome, ...]
    places: tuple[OrderPlace, ...]
    sentence: str
    """What became of the guess."""
    answer: str
    """Which misconception the guess was; empty if it was right, or the lesson says nothing of it."""
    run: str
    """The id of the run that `proof` was read from, in the last round."""
    servers: tuple[str, ...]
    """The servers that run was fired at."""

    @property
    def held(self) -> int:
        """How many proofs hold."""
        return sum(line.holds for line in self.lines)

    @property
    def holds(self) -> bool:
        """Whether all proofs hold."""
        return self.held == len(self.lines)


def is_current(lesson: Lesson, attempt: AttemptResult) -> bool:
    """Return whether an attempt measured the lesson as it is: its file may have changed since."""
    return [figure.label for figure in attempt.figures] == [proof.label for proof in lesson.prove]


def make_card(lesson: Lesson, attempt: AttemptResult, guess: Guess | None) -> AttemptCard:
    """Return the card of an attempt, which must have measured the lesson as it is."""
    predict = lesson.predict
    figures = {figure.label: figure for figure in attempt.figures}
    lines = {label: _proof_line(figure) for label, figure in figures.items()}
    measured = {label: figure.measured for label, figure in figures.items()}
    fired = _predicted_firing(lesson)
    return AttemptCard(
        lines=tuple(lines.values()),
        proof=lines[lesson.predicted_proof.label],
        axis=_result_axis(lesson, figures[predict.proof], guess) if predict.kind == "number" else None,
        options=_option_outcomes(lesson, measured.get(predict.proof), guess) if predict.kind == "choice" else (),
        places=_order_places(lesson, measured, guess) if predict.kind == "order" else (),
        sentence=judge_guess(lesson, measured, guess) if guess else "",
        answer=answer_guess(lesson, measured, guess) if guess else "",
        run=attempt.runs[fired - len(lesson.fire)] if len(attempt.runs) >= len(lesson.fire) else "",
        servers=lesson.fire[fired].servers,
    )


def describe_progress(lesson: Lesson, attempt: AttemptResult) -> str:
    """Return how far an attempt is, in one sentence."""
    if not attempt.firing:
        return "Starting the servers."
    names = [firing.name for firing in lesson.fire]
    position = names.index(attempt.firing) + 1
    known = attempt.surroundings.servers if attempt.surroundings else {}
    titles = [known[name].title if name in known else name for name in attempt.servers]
    words = [f"Firing {position} of {len(names)}: “{attempt.firing}” at {' and '.join(titles)}"]
    if attempt.repeat > 1:
        words.append(f"round {attempt.round} of {attempt.repeat}")
    return ", ".join(words) + "."


def link_runs(lesson: Lesson, attempt: AttemptResult) -> list[RunLink]:
    """Return the runs of an attempt, titled by what was fired."""
    links = []
    for position, run in enumerate(attempt.runs):
        number, fired = divmod(position, len(lesson.fire))
        firing = lesson.fire[fired]
        title = f"{firing.name}, round {number + 1}" if attempt.repeat > 1 else firing.name
        links.append(RunLink(id=run, title=title, servers=firing.servers))
    return links


def draw_guess_axis(lesson: Lesson, guess: Guess | None = None) -> Axis | None:
    """Return the axis before the run, with the guess alone; None if the guess is not a number."""
    if lesson.predict.kind != "number":
        return None
    figures = AxisFigures(predicted_unit(lesson), guess=guess.number if guess else None)
    return draw_axis(lesson.predict.least, lesson.predict.most, figures)


def _predicted_firing(lesson: Lesson) -> int:
    """Return the position of the firing that the prediction is about."""
    return [firing.name for firing in lesson.fire].index(lesson.predicted_proof.fire)


def _proof_line(figure: FigureResult) -> ProofLine:
    return ProofLine(
        label=figure.label,
        expected=describe_expected(figure),
        measured=format_metric(figure.measured, figure.unit),
        spread=describe_spread(figure),
        verdict=describe_verdict(figure),
        holds=figure.holds,
    )


def _result_axis(lesson: Lesson, figure: FigureResult, guess: Guess | None) -> Axis:
    figures = AxisFigures(
        figure.unit,
        guess=guess.number if guess else None,
        expected=figure.expected,
        allowed=(figure.expected - figure.allowed, figure.expected + figure.allowed),
        measured=figure.measured,
        values=figure.known,
    )
    return draw_axis(lesson.predict.least, lesson.predict.most, figures)


def _option_outcomes(lesson: Lesson, measured: float | None, guess: Guess | None) -> tuple[OptionOutcome, ...]:
    return tuple(
        OptionOutcome(
            text=option.text,
            picture=option.picture,
            is_guess=guess is not None and guess.option == position,
            is_right=measured is not None and option.holds(measured),
        )
        for position, option in enumerate(lesson.predict.options)
    )


def _order_places(lesson: Lesson, measured: Measured, guess: Guess | None) -> tuple[OrderPlace, ...]:
    labels = lesson.predict.proofs
    unit = predicted_unit(lesson)
    ranked = sorted(range(len(labels)), key=lambda position: _unknown_last(measured.get(labels[position])))
    places = []
    for place, position in enumerate(ranked):
        value = measured.get(labels[position])
        guessed = guess.order.index(position) if guess else None
        # Of two that are equal, either place is right.
        is_right = guessed is not None and measured.get(labels[ranked[guessed]]) == value
        places.append(
            OrderPlace(
                label=labels[position],
                measured=format_metric(value, unit),
                guessed=None if guessed is None else guessed + 1,
                is_right=is_right or guessed == place,
            )
        )
    return tuple(places)


def _unknown_last(value: float | None) -> float:
    return float("inf") if value is None else value
