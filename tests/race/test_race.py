"""A race: who ranks where, and what is kept of it."""

from dashboard.race.race import Race
from dashboard.race.results import from_json, to_json
from tests.lessons.made import surroundings
from tests.race.made import race, run


def ranks(made: Race) -> list[tuple[int, str]]:
    return [(entry.rank, entry.server) for entry in made.result().ranked]


def test_who_is_done_first_ranks_first_in_whatever_order_they_ran() -> None:
    assert ranks(race(run(("a", 3.0, 200)), run(("b", 1.0, 200), ("c", 2.0, 200)))) == [(1, "b"), (2, "c"), (3, "a")]


def test_who_failed_comes_after_all_who_did_not() -> None:
    assert ranks(race(run(("quick", 0.1, 404), ("slow", 9.0, 200)))) == [(1, "slow"), (2, "quick")]


def test_a_scenario_that_fails_on_purpose_fails_nobody() -> None:
    (entry,) = race(run(("a", 1.0, 500), scenario="error")).result().ranked
    assert entry.errors == 0


def test_who_is_equal_to_the_millisecond_shares_a_rank() -> None:
    assert ranks(race(run(("a", 1.0001, 200), ("b", 1.0002, 200), ("c", 1.1, 200)))) == [(1, "a"), (1, "b"), (3, "c")]


def test_a_race_comes_back_as_it_was_kept() -> None:
    made = race(run(("a", 3.0, 200), ("b", 1.0, 200)))
    made.surroundings = surroundings()
    result = made.result()
    assert from_json(to_json(result)) == result
    assert {entry.server: entry.memory_bytes for entry in result.ranked} == {"a": 50_000_000, "b": None}


def test_a_race_that_has_not_begun_has_empty_surroundings_in_json() -> None:
    result = race().result()
    assert to_json(result)["surroundings"] == {}
    assert from_json(to_json(result)) == result
