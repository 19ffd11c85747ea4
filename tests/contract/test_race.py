"""A race on the real fleet, over HTTP as a script would run it."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.demo import Gatescope

CANCELLED_WITHIN_S = 5.0


def over(demo: Gatescope, location: str) -> dict[str, Any]:
    while (race := demo.http.get(location).json())["state"] == "running":
        time.sleep(0.1)
    assert isinstance(race, dict)
    return race


@pytest.fixture(autouse=True)
def _nobody_runs(demo: Gatescope) -> Iterator[None]:
    yield
    demo.post("/race/stop")


@pytest.mark.alone
def test_all_are_fired_at_together_and_ranked_with_their_memory(demo: Gatescope) -> None:
    assert demo.post("/race/bet", {"server": "uvicorn"}).json()["bet"] == "uvicorn"
    begun = demo.post("/race", {"scenario": "wait", "seconds": "0.3", "count": "8", "start": "together"})
    assert begun.status_code == 201, begun.text
    assert demo.post("/race/bet", {"server": "daphne"}).status_code == 409
    assert demo.post("/race").status_code == 409
    race = over(demo, begun.headers["location"])
    cards = {card["server"]: card for card in race["ranked"]}
    assert cards.keys() == set(demo.http.get("/race").json()["runners"])
    assert {card["run"] for card in cards.values()} == {race["ranked"][0]["run"]}
    assert cards["uvicorn"]["rank"] < cards["gunicorn-gthread"]["rank"] < cards["gunicorn-sync"]["rank"]
    # A process with Django in it; more than a few hundred megabytes would be somebody else's.
    assert all(20_000_000 < card["memory_bytes"] < 600_000_000 for card in cards.values())
    assert [card["errors"] for card in cards.values()] == [0] * len(cards)
    assert race["bets"] == {"uvicorn": 1}
    page = demo.http.get("/race", headers={"accept": "text/html"}).text
    assert "You bet on uvicorn: it came" in page


@pytest.mark.alone
def test_in_turn_each_has_a_run_of_its_own_and_a_stopped_race_keeps_who_was_there(demo: Gatescope) -> None:
    begun = demo.post("/race", {"scenario": "wait", "seconds": "0.4", "count": "4", "start": "in turn"})
    while len(demo.http.get(begun.headers["location"]).json()["ranked"]) < 2:
        time.sleep(0.05)
    before_s = time.monotonic()
    demo.post("/race/stop")
    assert time.monotonic() - before_s < CANCELLED_WITHIN_S
    race = demo.http.get(begun.headers["location"]).json()
    runs = [card["run"] for card in race["ranked"]]
    assert race["state"] == "stopped"
    assert 2 <= len(runs) == len(set(runs)) < len(race["runners"])
    for run in runs:
        assert len(demo.http.get(f"/runs/{run}").json()["servers"]) == 1


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"start": "backwards"}, "The start is 'backwards': expected together or in turn."),
        ({"scenario": "marathon"}, "There is no scenario 'marathon'"),
        ({"count": "0"}, "The number of requests (count) is '0'"),
    ],
)
def test_a_race_that_cannot_be_run_is_one_sentence(demo: Gatescope, form: dict[str, str], said: str) -> None:
    refused = demo.post("/race", form)
    assert refused.status_code == 400
    assert said in refused.json()["error"]
