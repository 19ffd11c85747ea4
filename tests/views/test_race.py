"""The race over HTTP, without servers: before and after one was run, and for those who only look."""

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from dashboard.lessons.storage import keep_series
from dashboard.race.race import NAME, Race
from dashboard.race.results import to_json
from dashboard.runs.orders import Order
from dashboard.services import race_runner
from dashboard.views import race as views
from tests.lessons.made import surroundings
from tests.race.made import race, run

pytestmark = pytest.mark.django_db(transaction=True)

HTML = {"accept": "text/html"}
BUTTON = "Start the race"


async def test_who_only_looks_sees_no_button_of_the_presenter(viewer: AsyncClient) -> None:
    page = await viewer.get("/race", headers=HTML)
    assert page.status_code == 200
    assert BUTTON not in page.content.decode()


@pytest.mark.parametrize("path", ["/race", "/race/stop"])
async def test_to_start_and_stop_is_the_presenter_s(viewer: AsyncClient, path: str) -> None:
    assert (await viewer.post(path)).status_code == 403


def test_before_any_race_the_page_says_so() -> None:
    page = Client().get("/race", headers=HTML).content.decode()
    assert "No race has been run yet." in page
    assert BUTTON in page


def test_an_unknown_race_is_one_sentence() -> None:
    assert "There is no race 'x'" in Client().get("/race/x").json()["error"]


def test_a_race_that_was_kept_is_shown_with_its_winner_and_given_as_json() -> None:
    made = race(run(("a", 2.0, 200), ("b", 1.0, 200)))
    made.surroundings = surroundings()
    async_to_sync(keep_series)(made.id, NAME, made.result())

    page = Client().get(f"/race/{made.id}", headers=HTML).content.decode()
    data = Client().get(f"/race/{made.id}", headers={"accept": "application/json"}).json()
    assert "b finished first." in page
    assert "50 MB" in page
    run_id = "a" * 16
    assert f'/recordings/compare?a={run_id}:b&amp;b={run_id}:a"' in page
    assert [(one["rank"], one["server"]) for one in data["ranked"]] == [(1, "b"), (2, "a")]
    assert data.keys() == {*to_json(made.result()), "state"}
    assert data["state"] == "done"


async def test_a_bet_on_a_server_that_is_not_running_is_refused() -> None:
    answer = await AsyncClient().post("/race/bet", {"server": "x"})
    assert answer.status_code == 400
    assert "'x' is not in the race" in answer.json()["error"]


@pytest.mark.parametrize(
    ("start", "orders"),
    [("together", [("uvicorn", "daphne")]), ("in turn", [("uvicorn",), ("daphne",)])],
)
async def test_a_race_is_one_order_for_all_or_one_for_each(
    monkeypatch: pytest.MonkeyPatch, start: str, orders: list[tuple[str, ...]]
) -> None:
    started: list[tuple[Race, list[Order]]] = []
    monkeypatch.setattr(views, "running_servers", lambda _fleet: {"uvicorn": "asgi", "daphne": "asgi"})
    monkeypatch.setattr(race_runner, "start", lambda *given: started.append(given))
    answer = await AsyncClient().post("/race", {"scenario": "wait", "count": "4", "start": start})
    ((begun, given),) = started
    assert (answer.status_code, answer.headers["location"]) == (201, f"/race/{begun.id}")
    assert [order.servers for order in given] == orders
    assert {order.count for order in given} == {4}
