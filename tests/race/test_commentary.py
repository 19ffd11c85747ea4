"""What is said about a race: before, while and after it is run."""

import pytest

from dashboard.race.commentary import outcome, progress, rule, title
from dashboard.race.race import Card, Race, Start


def race_of(count: int = 10, concurrency: int = 10, seconds: float | None = None, start: Start = "in turn") -> Race:
    return Race(
        id="1", scenario="gone", count=count, concurrency=concurrency, seconds=seconds, start=start, runners={}
    )


def card_of(server: str, errors: int = 0) -> Card:
    return Card(
        server=server,
        interface="asgi",
        run="1",
        wall_s=1.0,
        first_s=1.0,
        last_s=1.0,
        waiting_s=0.0,
        view_s=1.0,
        threads=1,
        processes=1,
        memory_bytes=None,
        errors=errors,
        answers_s=(1.0,),
    )


def test_the_title_names_what_differs_from_the_usual() -> None:
    assert title(race_of()) == "gone × 10"
    assert title(race_of(concurrency=5, seconds=2.0)) == "gone × 10, 5 at once, 2 s"
    assert title(race_of(seconds=0.5)) == "gone × 10, 0.5 s"


def test_the_title_calls_a_scenario_as_the_menu_does() -> None:
    race = race_of()
    race.scenario = "wait"
    assert title(race) != "wait × 10"
    assert title(race).endswith(" × 10")


def test_the_rule_names_the_cores_once_they_are_known() -> None:
    race = race_of()
    assert rule(race) == "One after another: each has the machine to itself."
    race.surroundings = {"cores": 2}
    assert rule(race) == "One after another: each has the machine to itself (2 cores)."


@pytest.mark.parametrize(
    ("finished", "current", "sentence"),
    [
        (0, "uvicorn", "0 of 9 have finished; uvicorn is running."),
        (1, "uvicorn", "1 of 9 has finished; uvicorn is running."),
        (9, "", "9 of 9 have finished."),
    ],
)
def test_one_after_another_it_says_how_many_have_finished(finished: int, current: str, sentence: str) -> None:
    assert progress(race_of(), finished, 9, current) == sentence


def test_all_together_there_is_nothing_to_count() -> None:
    assert progress(race_of(start="together"), 0, 1, "uvicorn, daphne") == "The race is on."


def test_the_first_one_without_errors_has_won() -> None:
    assert outcome([(1, card_of("uvicorn")), (2, card_of("daphne"))], "") == "uvicorn finished first."
    assert outcome([(1, card_of("uvicorn", errors=1))], "") == "No server finished without errors."
    assert outcome([], "") == "The race was stopped before any server finished."


def test_it_says_what_became_of_a_bet() -> None:
    ranked = [(1, card_of("uvicorn")), (2, card_of("daphne"))]
    assert outcome(ranked, "uvicorn").endswith(" You bet on uvicorn: it came first.")
    assert outcome(ranked, "daphne").endswith(" You bet on daphne: it came in at number 2.")
    assert outcome(ranked, "hypercorn").endswith(" You bet on hypercorn, which did not finish.")
