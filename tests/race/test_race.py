"""A race: who ranks where, what is kept of it, its picture, and the bets."""

from dashboard.race.bets import MOST_BETTORS, Book
from dashboard.race.chart import MOST_NOTCHES, draw_race
from dashboard.race.race import Race
from dashboard.runs.results import RequestResult, RunResult, ServerResult


def run(*servers: tuple[str, float, int], scenario: str = "wait") -> RunResult:
    """A finished run of two requests each: (server, wall time, status of the second)."""
    return _run({name: _result(*rest) for name, *rest in servers}, scenario)


def _run(servers: dict[str, ServerResult], scenario: str = "wait") -> RunResult:
    return RunResult(id="a" * 16, scenario=scenario, count=2, concurrency=2, servers=servers)


def _result(wall_s: float, status: int) -> ServerResult:
    return ServerResult(
        wall_s=wall_s,
        first_s=wall_s,
        last_s=wall_s,
        waiting_s=wall_s,
        view_s=wall_s,
        threads=1,
        processes=1,
        requests=(_request(wall_s / 2), _request(wall_s, status)),
    )


def _request(total_s: float, status: int = 200) -> RequestResult:
    return RequestResult(trace_id="t", index=1, status=status, total_s=total_s)


def race(*runs: RunResult) -> Race:
    runners = {name: "wsgi" for one in runs for name in one.servers}
    made = Race("b" * 16, "wait", 2, 2, None, "together", runners)
    for one in runs:
        made.note(one, {"a": 50_000_000})
    return made


def ranks(made: Race) -> list[tuple[int, str]]:
    return [(rank, card.server) for rank, card in made.ranked()]


def test_who_is_done_first_ranks_first_in_whatever_order_they_ran() -> None:
    assert ranks(race(run(("a", 3.0, 200)), run(("b", 1.0, 200), ("c", 2.0, 200)))) == [(1, "b"), (2, "c"), (3, "a")]


def test_who_failed_comes_after_all_who_did_not() -> None:
    assert ranks(race(run(("quick", 0.1, 404), ("slow", 9.0, 200)))) == [(1, "slow"), (2, "quick")]


def test_a_scenario_that_fails_on_purpose_fails_nobody() -> None:
    (_, card), *_ = race(run(("a", 1.0, 500), scenario="error")).ranked()
    assert card.errors == 0


def test_who_is_equal_to_the_millisecond_shares_a_rank() -> None:
    assert ranks(race(run(("a", 1.0001, 200), ("b", 1.0002, 200), ("c", 1.1, 200)))) == [(1, "a"), (1, "b"), (3, "c")]


def test_a_race_comes_back_as_it_was_kept() -> None:
    made = race(run(("a", 3.0, 200), ("b", 1.0, 200)))
    again = Race.of_json(made.as_json())
    assert again.as_json() == made.as_json()
    assert again.cards["a"].memory_bytes == 50_000_000


def test_bars_are_to_scale_and_end_with_the_last_answer() -> None:
    first, second = draw_race(race(run(("a", 3.0, 200), ("b", 1.5, 200))).ranked()).bars
    assert second.length == 2 * first.length
    assert second.notches == (second.length / 2, second.length)


def test_a_thousand_answers_are_thinned_and_the_last_one_stays() -> None:
    made = race(run(("a", 3.0, 200)))
    result = ServerResult(wall_s=10.0, requests=tuple(_request(at / 100) for at in range(1, 1001)))
    made.note(_run({"a": result}), {})
    (bar,) = draw_race(made.ranked()).bars
    assert len(bar.notches) <= MOST_NOTCHES
    assert bar.notches[-1] == bar.length


def test_the_last_bet_of_a_browser_counts() -> None:
    book = Book()
    book.place("anna", "uvicorn")
    book.place("ben", "uvicorn")
    book.place("anna", "daphne")
    assert (book.counts(), book.coming("anna")) == ({"uvicorn": 1, "daphne": 1}, "daphne")


def test_when_the_race_begins_its_bets_stand_and_the_next_book_is_empty() -> None:
    book = Book()
    book.place("anna", "uvicorn")
    assert book.close("race 1") == {"uvicorn": 1}
    assert (book.counts(), book.settled("anna", "race 1"), book.settled("ben", "race 1")) == ({}, "uvicorn", "")
    book.close("race 2")
    assert book.settled("anna", "race 1") == ""


def test_the_book_is_bounded() -> None:
    book = Book()
    for number in range(MOST_BETTORS + 5):
        book.place(str(number), "uvicorn")
    assert book.counts() == {"uvicorn": MOST_BETTORS}
