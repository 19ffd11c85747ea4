"""What a page says of a race."""

import pytest

from dashboard.race import commentary
from dashboard.race.race import Race
from tests.race.test_race import race, run


def test_the_title_says_what_is_fired() -> None:
    made = Race("b" * 16, "wait", 10, 5, 0.5, "together", {})
    assert commentary.title(made) == "wait, sync view × 10, 5 at once, 0.5 s"


def test_the_rule_names_the_cores_once_they_are_known() -> None:
    made = Race("b" * 16, "wait", 10, 10, None, "in turn", {})
    assert commentary.rule(made) == "One after another: each has the machine to itself."
    made.surroundings = {"cores": 2}
    assert commentary.rule(made).endswith("to itself (2 cores).")


def test_in_turn_it_says_how_many_have_finished_and_who_is_running() -> None:
    made = Race("b" * 16, "wait", 10, 10, None, "in turn", {})
    assert commentary.progress(made, 3, 9, "uvicorn") == "3 of 9 have finished; uvicorn is running."


@pytest.mark.parametrize(
    ("made", "own", "said"),
    [
        (race(), "", "It was stopped before any server finished."),
        (race(run(("a", 1.0, 404))), "", "No server finished without errors."),
        (race(run(("a", 2.0, 200), ("b", 1.0, 200))), "b", "b finished first. You bet on b: it came first."),
        (race(run(("a", 2.0, 200), ("b", 1.0, 200))), "a", "b finished first. You bet on a: it came in at number 2."),
        (race(run(("a", 2.0, 200))), "b", "a finished first. You bet on b, which did not finish."),
    ],
)
def test_the_result_says_who_won_and_what_became_of_a_bet(made: Race, own: str, said: str) -> None:
    assert commentary.result(made, own) == said
