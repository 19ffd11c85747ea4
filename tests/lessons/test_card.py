"""What the result card says of a guess and of what was measured."""

from dashboard.lessons.card import describe_progress, is_current, link_runs, make_card
from dashboard.lessons.guess import parse_guess
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course
from dashboard.lessons.results import AttemptResult
from tests.lessons.made import attempt, figure
from tests.lessons.made import lesson as made_lesson


def lesson_with(kind: str) -> Lesson:
    return next(lesson for lesson in course() if lesson.predict.kind == kind)


def attempt_at(lesson: Lesson, **measured: float | None) -> AttemptResult:
    """An attempt that measured what is expected, except for the labels given."""
    figures = []
    for proof in lesson.prove:
        value = measured.get(proof.label, proof.expected)
        figures.append(figure(proof, measured=value, values=(value,), holds=value == proof.expected))
    return attempt(lesson, figures)


def test_a_number_is_told_how_far_off_it_was_and_drawn() -> None:
    lesson = lesson_with("number")
    expected = lesson.proof(lesson.predict.proof).expected
    near = make_card(lesson, attempt_at(lesson), parse_guess(lesson, f"{expected:g}"))
    far = make_card(lesson, attempt_at(lesson), parse_guess(lesson, f"{expected / 2:g}"))

    assert near.sentence == "You were right."
    assert far.sentence.endswith("too low.")
    assert far.axis
    assert far.axis.guess
    assert far.axis.measured
    assert far.axis.guess.at < far.axis.measured.at


def test_of_options_the_one_that_came_true_is_marked_beside_the_guess() -> None:
    lesson = lesson_with("choice")
    found = make_card(lesson, attempt_at(lesson), parse_guess(lesson, "1")).options

    assert [one.is_guess for one in found] == [True, *[False] * (len(found) - 1)]
    assert sum(one.is_right for one in found) == 1


def test_an_order_is_shown_as_measured_with_the_guessed_places() -> None:
    lesson = lesson_with("order")
    labels = lesson.predict.proofs
    rising = {label: float(place) for place, label in enumerate(labels)}
    count = len(labels)
    backwards = ",".join(str(count - place) for place in range(count))
    found = make_card(lesson, attempt_at(lesson, **rising), parse_guess(lesson, backwards))

    assert [one.label for one in found.places] == list(labels)
    assert [one.guessed for one in found.places] == [*range(count, 0, -1)]


def test_a_figure_that_is_off_says_by_how_much_and_one_that_is_missing_says_so() -> None:
    lesson = lesson_with("number")
    proof = lesson.proof(lesson.predict.proof)
    off = make_card(lesson, attempt_at(lesson, **{proof.label: proof.expected * 1.5}), None)
    missing = make_card(lesson, attempt_at(lesson, **{proof.label: None}), None)

    assert (off.proof.verdict, off.proof.holds, off.holds) == ("off by 50 %", False, False)
    assert (missing.proof.measured, missing.proof.verdict) == ("–", "not measured")


def test_runs_are_titled_by_what_was_fired() -> None:
    lesson = lesson_with("number")
    names = [firing.name for firing in lesson.fire]
    runs = tuple(f"{position}" for position in range(2 * len(names)))
    found = link_runs(lesson, attempt(lesson, runs=runs, repeat=2))

    assert [run.title for run in found] == [f"{name}, round {number}" for number in (1, 2) for name in names]


def test_what_an_older_version_of_a_lesson_measured_is_told_apart() -> None:
    lesson = made_lesson()
    assert is_current(lesson, attempt(lesson, [figure(lesson.prove[0])]))
    assert not is_current(lesson, attempt(lesson, [figure(lesson.prove[0], label="last answer")]))


def test_progress_says_what_is_being_fired_and_in_which_round() -> None:
    lesson = made_lesson()
    begun = attempt(lesson, state="running")
    firing = attempt(lesson, state="running", firing="one", servers=("uvicorn",), round=2, repeat=3)
    assert describe_progress(lesson, begun) == "Starting the servers."
    assert describe_progress(lesson, firing) == "Firing 1 of 1: “one” at uvicorn, round 2 of 3."
