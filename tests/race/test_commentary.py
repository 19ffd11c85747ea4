"""What a page says of a race."""

import pytest

from dashboard.race.commentary import describe_progress, describe_race, describe_result, describe_rule
from dashboard.race.race import Race
from tests.lessons.made import surroundings
from tests.race.made import race, run


def test_the_title_says_what_is_fired() -> None:
    assert describe_race(race(concurrency=1, seconds=0.5).result()) == "wait, sync view × 2, 1 at once, 0.5 s"


def test_the_rule_names_the_cores_once_they_are_known() -> None:
    made = race(start="in turn")
    assert describe_rule(made.result()) == "One after another: each has the machine to itself."
    made.surroundings = surroundings(cores=2)
    assert describe_rule(made.result()).endswith("to itself (2 cores).")


def test_in_turn_it_says_how_many_have_finished_and_which_server_is_running() -> None:
    made = race(start="in turn").result()
    assert describe_progress(made, 3, 9, "uvicorn") == "3 of 9 have finished; uvicorn is running."


@pytest.mark.parametrize(
    ("made", "own_bet", "said"),
    [
        (race(), "", "It was stopped before any server finished."),
        (race(run(("a", 1.0, 404))), "", "No server finished without errors."),
        (race(run(("a", 2.0, 200), ("b", 1.0, 200))), "b", "b finished first. You bet on b: it came first."),
        (race(run(("a", 2.0, 200), ("b", 1.0, 200))), "a", "b finished first. You bet on a: it came in at number 2."),
        (race(run(("a", 2.0, 200))), "b", "a finished first. You bet on b, which did not finish."),
    ],
)
def test_the_result_says_which_server_won_and_what_became_of_a_bet(made: Race, own_bet: str, said: str) -> None:
    assert describe_result(made.result(), own_bet) == said
