"""What the result card says of a guess, and which lines of two listings differ."""

from typing import Any

from dashboard.lessons.card import card, films, is_of
from dashboard.lessons.code_listing import different
from dashboard.lessons.guess import parse_guess
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course
from tests.lessons.made import lesson as made_lesson


def lesson_with(kind: str) -> Lesson:
    return next(lesson for lesson in course() if lesson.predict.kind == kind)


def attempt_at(lesson: Lesson, **measured: float | None) -> dict[str, Any]:
    """An attempt that measured what is expected, but for the labels given."""
    figures = [
        {
            "label": proof.label,
            "server": proof.server,
            "unit": "s",
            "bound": proof.bound,
            "expected": proof.expected,
            "allowed": proof.tolerance * proof.expected,
            "measured": (value := measured.get(proof.label, proof.expected)),
            "values": [value],
            "holds": value == proof.expected,
        }
        for proof in lesson.prove
    ]
    return {"figures": figures, "runs": [], "repeat": 1}


def test_a_number_is_told_how_far_off_it_was_and_drawn() -> None:
    lesson = lesson_with("number")
    expected = lesson.proof(lesson.predict.proof).expected
    near = card(lesson, attempt_at(lesson), parse_guess(lesson, f"{expected:g}"))
    far = card(lesson, attempt_at(lesson), parse_guess(lesson, f"{expected / 2:g}"))

    assert near.sentence == "You were right."
    assert far.sentence.endswith("too low.")
    assert far.axis
    assert far.axis.guess
    assert far.axis.measured
    assert far.axis.guess.at < far.axis.measured.at


def test_of_options_the_one_that_came_true_is_marked_beside_the_guess() -> None:
    lesson = lesson_with("choice")
    found = card(lesson, attempt_at(lesson), parse_guess(lesson, "1")).choices

    assert [one.is_guess for one in found] == [True, *[False] * (len(found) - 1)]
    assert sum(one.is_right for one in found) == 1


def test_an_order_is_shown_as_measured_with_the_guessed_places() -> None:
    lesson = lesson_with("order")
    labels = lesson.predict.proofs
    rising = {label: float(place) for place, label in enumerate(labels)}
    count = len(labels)
    backwards = ",".join(str(count - place) for place in range(count))
    found = card(lesson, attempt_at(lesson, **rising), parse_guess(lesson, backwards))

    assert [one.label for one in found.places] == list(labels)
    assert [one.guessed for one in found.places] == [*range(count, 0, -1)]


def test_a_figure_that_is_off_says_by_how_much_and_one_that_is_missing_says_so() -> None:
    lesson = lesson_with("number")
    proof = lesson.proof(lesson.predict.proof)
    off = card(lesson, attempt_at(lesson, **{proof.label: proof.expected * 1.5}), None)
    missing = card(lesson, attempt_at(lesson, **{proof.label: None}), None)

    assert (off.proof.verdict, off.proof.holds, off.holds) == ("off by 50 %", False, False)
    assert (missing.proof.measured, missing.proof.verdict) == ("–", "not measured")


def test_films_are_called_by_what_was_fired() -> None:
    lesson = lesson_with("number")
    names = [firing.name for firing in lesson.fire]
    runs = [f"{position}" for position in range(2 * len(names))]
    found = films(lesson, {"runs": runs, "repeat": 2})

    assert [film.words for film in found] == [f"{name}, round {number}" for number in (1, 2) for name in names]


def test_twins_differ_in_a_line_and_strangers_in_none() -> None:
    one = ["async def one():", "    ask()", "    await sleep(1)", "    return 1"]
    other = ["async def other():", "    ask()", "    time.sleep(1)", "    return 1"]

    assert different(one, other) == [{2}, {2}]
    assert different(one, ["class Stranger:", "    pass"]) == [set(), set()]


def test_what_an_older_version_of_a_lesson_measured_is_told_apart() -> None:
    assert is_of(made_lesson(), {"figures": [{"label": "last"}]})
    assert not is_of(made_lesson(), {"figures": [{"label": "last answer"}]})
