"""The comparison page on the real fleet: filled by a lesson, and the queue that measures."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.demo import Gatescope

QUICK = "9"
"""A lesson whose requests are short."""
CANCELLED_WITHIN_S = 5.0


def compared(demo: Gatescope) -> dict[str, Any]:
    data = demo.http.get("/compare").json()
    assert isinstance(data, dict)
    return data


def figures(demo: Gatescope) -> list[dict[str, Any]]:
    rows = [row for group in compared(demo)["groups"].values() for row in group]
    return [figure for row in rows for interface in ("wsgi", "asgi") for figure in row[interface]["figures"]]


def ended(demo: Gatescope, location: str) -> dict[str, Any]:
    while (data := demo.http.get(location).json())["state"] == "running":
        time.sleep(0.1)
    assert isinstance(data, dict)
    return data


@pytest.fixture(autouse=True)
def _nothing_goes_on(demo: Gatescope) -> Iterator[None]:
    yield
    demo.post("/compare/cancel")


@pytest.mark.alone
def test_a_lesson_that_was_measured_fills_its_cells(demo: Gatescope) -> None:
    begun = demo.post(f"/lessons/{QUICK}/attempts")
    attempt = ended(demo, begun.headers["location"])
    filled = [figure for figure in figures(demo) if figure["lesson"] == int(QUICK)]
    measured = {figure["label"]: f"{figure['measured']:.0f}" for figure in attempt["figures"]}
    assert {figure["label"]: figure["measured"] for figure in filled}.items() <= measured.items()
    for run in {figure["run"] for figure in filled}:
        assert demo.http.get(f"/recordings/{run}").status_code == 200
    page = demo.http.get("/compare?told=all", headers={"accept": "text/html"}).text
    assert f'href="/recordings/{filled[0]["run"]}"' in page


@pytest.mark.alone
def test_one_queue_at_a_time_and_cancelling_ends_it(demo: Gatescope) -> None:
    begun = demo.post("/compare/measure")
    assert (begun.status_code, begun.json()["state"]) == (201, "running")
    for path in ("/compare/measure", "/compare/chart/last"):
        refused = demo.post(path)
        assert refused.status_code == 409
        assert "two at once would distort each other" in refused.json()["error"]
    before_s = time.monotonic()
    cancelled = demo.post("/compare/cancel").json()
    assert time.monotonic() - before_s < CANCELLED_WITHIN_S
    assert cancelled["state"] == "stopped"
    assert demo.run(["uvicorn"], "hello")["state"] == "done"


@pytest.mark.alone
def test_what_a_chart_measured_before_it_was_cancelled_is_kept(demo: Gatescope) -> None:
    demo.post("/compare/chart/last")
    while demo.http.get("/compare/progress").json()["ended"] < 2:
        time.sleep(0.05)
    demo.post("/compare/cancel")
    chart = compared(demo)["charts"]["last"]
    first, second, *_, last = chart["values"]["gunicorn-sync"]
    assert 0.25 <= first < second
    assert (last, chart["whole"]) == (None, False)
    assert demo.http.get(f"/runs/{chart['runs']['gunicorn-sync'][0]}").json()["count"] == 1


def test_a_chart_that_there_is_not_is_one_sentence(demo: Gatescope) -> None:
    refused = demo.post("/compare/chart/pie")
    assert refused.status_code == 404
    assert refused.json()["error"] == "There is no chart 'pie': choose from last, rate, threads."
