"""The comparison and the race over HTTP, without servers: before anything ran, and for those who only look."""

import pytest
from django.test import AsyncClient, Client

from dashboard.access.keys import Keys
from dashboard.access.roles import COOKIE, access
from dashboard.access.throttle import LoginThrottle

pytestmark = pytest.mark.django_db

HTML = {"accept": "text/html"}
BUTTONS = ("Measure all", "Start the race")


@pytest.fixture
def viewer(monkeypatch: pytest.MonkeyPatch) -> AsyncClient:
    """A class member's browser at a dashboard that others can reach."""
    keys = Keys("the-presenters-token", "K7M4QX")
    monkeypatch.setattr(access, "keys", keys)
    monkeypatch.setattr(access, "throttle", LoginThrottle())
    client = AsyncClient()
    client.cookies[COOKIE] = keys.cookie("viewer")
    return client


@pytest.mark.parametrize(("path", "button"), [("/compare", BUTTONS[0]), ("/race", BUTTONS[1])])
async def test_who_only_looks_sees_no_buttons_of_the_presenter(viewer: AsyncClient, path: str, button: str) -> None:
    page = await viewer.get(path, headers=HTML)
    assert page.status_code == 200
    assert button not in page.content.decode()


@pytest.mark.parametrize(
    "path", ["/compare/measure", "/compare/chart/last", "/compare/cancel", "/race", "/race/stop"]
)
async def test_to_measure_is_the_presenters(viewer: AsyncClient, path: str) -> None:
    assert (await viewer.post(path)).status_code == 403


def test_before_anything_was_measured_the_pages_say_so() -> None:
    compared, race = (Client().get(path, headers=HTML).text for path in ("/compare", "/race"))
    assert "not measured yet" in compared
    assert "Not measured yet." in compared
    assert "No race has been run yet." in race
    assert all(button in page for button, page in zip(BUTTONS, (compared, race), strict=True))


def test_a_race_that_nobody_knows_is_one_sentence() -> None:
    assert "There is no race 'x'" in Client().get("/race/x").json()["error"]
