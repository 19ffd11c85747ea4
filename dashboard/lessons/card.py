"""The result card of an attempt: what was expected, measured and guessed, in words and shapes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.lessons.axis import Axis, AxisFigures, draw_axis
from dashboard.lessons.guess import Guess, guess_words, unit_of
from dashboard.lessons.lesson import Lesson
from dashboard.runs.metric_format import expected_words, figure_words, spread_words

RIGHT_WITHIN = 0.1
"""A guess that is so near, as a share of what was measured, was right."""


@dataclass(frozen=True, slots=True)
class Line:
    """One proof."""

    label: str
    server: str
    expected: str
    measured: str
    spread: str
    """The least and the most of several rounds; empty after one."""
    verdict: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the options, and what became of it."""

    text: str
    picture: str
    is_guess: bool
    is_right: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One place of an order: what was measured there, and which place the guess gave it."""

    label: str
    measured: str
    guessed: int | None
    is_right: bool


@dataclass(frozen=True, slots=True)
class Film:
    """One run, which is kept as a film under the same id."""

    id: str
    words: str
    servers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """`proof` is the line that answers the prediction; one of axis, choices and places belongs to it."""

    lines: tuple[Line, ...]
    proof: Line
    axis: Axis | None
    choices: tuple[Choice, ...]
    places: tuple[Place, ...]
    guess: str
    """The guess in words; empty when the prediction was skipped."""
    sentence: str
    """What became of the guess."""
    film: str
    """The id of the run that `proof` was read from, of the last round."""
    servers: tuple[str, ...]
    """Whom that run was fired at."""

    @property
    def held(self) -> int:
        """How many proofs hold."""
        return sum(line.holds for line in self.lines)

    @property
    def holds(self) -> bool:
        """Whether all do."""
        return self.held == len(self.lines)


def is_of(lesson: Lesson, attempt: Mapping[str, Any]) -> bool:
    """Whether an attempt's JSON measured the lesson as it is: its file may have changed since."""
    return [figure["label"] for figure in attempt["figures"]] == [proof.label for proof in lesson.prove]


def card(lesson: Lesson, attempt: Mapping[str, Any], guess: Guess | None) -> Card:
    """The card of an attempt's JSON, which must be one of this lesson as it is."""
    figures = {figure["label"]: figure for figure in attempt["figures"]}
    lines = {label: _line(figure) for label, figure in figures.items()}
    predict = lesson.predict
    measured = {label: figure["measured"] for label, figure in figures.items()}
    fired = _fired(lesson)
    return Card(
        tuple(lines.values()),
        lines[predict.proof or predict.proofs[0]],
        _axis(lesson, figures[predict.proof], guess) if predict.kind == "number" else None,
        _choices(lesson, measured.get(predict.proof), guess) if predict.kind == "choice" else (),
        _places(lesson, measured, guess) if predict.kind == "order" else (),
        guess_words(lesson, guess) if guess else "",
        _sentence(lesson, measured, guess) if guess else "",
        attempt["runs"][fired - len(lesson.fire)] if len(attempt["runs"]) >= len(lesson.fire) else "",
        lesson.fire[fired].servers,
    )


def progress(lesson: Lesson, attempt: Mapping[str, Any]) -> str:
    """How far an attempt is, in one sentence."""
    name, rounds = attempt["firing"], attempt["repeat"]
    if not name:
        return "Making the servers ready."
    names = [firing.name for firing in lesson.fire]
    words = [f"Firing {names.index(name) + 1} of {len(names)}: “{name}” at {', '.join(attempt['servers'])}"]
    if rounds > 1:
        words.append(f"round {attempt['round']} of {rounds}")
    return ", ".join(words) + "."


def films(lesson: Lesson, attempt: Mapping[str, Any]) -> list[Film]:
    """The runs of an attempt by what was fired; they are in the order of the lesson's firings, round after round."""
    names = [firing.name for firing in lesson.fire]
    several = attempt["repeat"] > 1
    return [
        Film(
            run,
            names[i % len(names)] + (f", round {i // len(names) + 1}" if several else ""),
            lesson.fire[i % len(names)].servers,
        )
        for i, run in enumerate(attempt["runs"])
    ]


def guess_axis(lesson: Lesson, guess: Guess | None = None) -> Axis | None:
    """The axis before the run, with the guess alone; None where nothing is guessed on one."""
    if lesson.predict.kind != "number":
        return None
    figures = AxisFigures(unit_of(lesson), guess.number if guess else None)
    return draw_axis(lesson.predict.least, lesson.predict.most, figures)


def _fired(lesson: Lesson) -> int:
    """The position of the firing that the prediction is about."""
    name = lesson.proof(lesson.predict.proof or lesson.predict.proofs[0]).fire
    return [firing.name for firing in lesson.fire].index(name)


def _line(figure: Mapping[str, Any]) -> Line:
    return Line(
        figure["label"],
        figure["server"],
        expected_words(figure),
        figure_words(figure["measured"], figure["unit"]),
        spread_words(figure),
        _verdict(figure),
        figure["holds"],
    )


def _verdict(figure: Mapping[str, Any]) -> str:
    measured, expected = figure["measured"], figure["expected"]
    if measured is None:
        return "not measured"
    if figure["holds"]:
        return "holds"
    # Of a status, a version or a nought no share is off.
    if not expected or figure["unit"] in {"status", "HTTP"}:
        return "differs"
    return f"off by {100 * abs(measured - expected) / abs(expected):,.0f} %"


def _axis(lesson: Lesson, figure: Mapping[str, Any], guess: Guess | None) -> Axis:
    expected, margin = figure["expected"], figure["allowed"]
    known = tuple(value for value in figure["values"] if value is not None)
    measured = figure["measured"]
    around = (expected - margin, expected + margin)
    least, most = lesson.predict.least, lesson.predict.most
    return draw_axis(
        least,
        most,
        AxisFigures(figure["unit"], guess.number if guess else None, expected, around, measured, known),
    )


def _choices(lesson: Lesson, measured: float | None, guess: Guess | None) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            option.text,
            option.picture,
            guess is not None and guess.option == position,
            measured is not None and option.is_right(measured),
        )
        for position, option in enumerate(lesson.predict.options)
    )


def _places(lesson: Lesson, measured: Mapping[str, float | None], guess: Guess | None) -> tuple[Place, ...]:
    proofs = lesson.predict.proofs
    unit = unit_of(lesson)
    ranked = sorted(range(len(proofs)), key=lambda position: _last_when_unknown(measured.get(proofs[position])))
    places = []
    for place, position in enumerate(ranked):
        value = measured.get(proofs[position])
        guessed = guess.order.index(position) if guess else None
        # Whoever guessed one of two that are equal is right with either.
        is_right = guessed is not None and measured.get(proofs[ranked[guessed]]) == value
        places.append(
            Place(
                proofs[position],
                figure_words(value, unit),
                None if guessed is None else guessed + 1,
                is_right or guessed == place,
            )
        )
    return tuple(places)


def _last_when_unknown(value: float | None) -> float:
    return float("inf") if value is None else value


def _sentence(lesson: Lesson, measured: Mapping[str, float | None], guess: Guess) -> str:
    if lesson.predict.kind == "order":
        right = sum(place.is_right for place in _places(lesson, measured, guess))
        return f"{right} of {len(guess.order)} stand where you put them."
    value = measured.get(lesson.predict.proof)
    if value is None:
        return ""
    if guess.number is None:
        is_right = guess.option is not None and lesson.predict.options[guess.option].is_right(value)
        return "You were right." if is_right else "It came out otherwise."
    off = guess.number - value
    if abs(off) <= max(abs(value) * RIGHT_WITHIN, 1e-9):
        return "You were right."
    return f"Your guess was {figure_words(abs(off), unit_of(lesson))} too {'high' if off > 0 else 'low'}."
