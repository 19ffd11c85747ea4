"""The comparison over HTTP, without servers: before and after something was measured, and for those who only look."""

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from dashboard.comparison.series import CHARTS, ChartMeasurement
from dashboard.comparison.table import comparison_table
from dashboard.lessons.loader import find_lesson
from dashboard.lessons.storage import keep_attempt, keep_series
from dashboard.runs.results import RequestResult, RunResult, ServerResult
from tests.lessons.made import attempt, figure, surroundings

pytestmark = pytest.mark.django_db(transaction=True)

HTML = {"accept": "text/html"}
BUTTON = "Measure all"


async def test_who_only_looks_sees_no_button_of_the_presenter(viewer: AsyncClient) -> None:
    page = await viewer.get("/compare", headers=HTML)
    assert page.status_code == 200
    assert BUTTON not in page.content.decode()


@pytest.mark.parametrize("path", ["/compare/measure", "/compare/chart/last", "/compare/cancel"])
async def test_to_measure_is_the_presenter_s(viewer: AsyncClient, path: str) -> None:
    assert (await viewer.post(path)).status_code == 403


def test_before_anything_was_measured_the_page_says_so() -> None:
    page = Client().get("/compare", headers=HTML).content.decode()
    assert "not measured yet" in page
    assert "Not measured yet." in page
    assert BUTTON in page


def test_a_figure_of_the_table_comes_from_the_newest_attempt_at_its_lesson() -> None:
    shown = next(shown for row in comparison_table().row for shown in row.wsgi.shown_by)
    lesson = find_lesson(str(shown.lesson))
    assert lesson
    async_to_sync(keep_attempt)(attempt(lesson, [figure(lesson.proof(shown.proof))]))
    groups = Client().get("/compare", headers={"accept": "application/json"}).json()["groups"]
    figures = [one for rows in groups.values() for row in rows for one in row["wsgi"]["figures"]]
    measured = [one for one in figures if one["state"] == "measured"]
    assert (shown.lesson, shown.proof) in {(one["lesson"], one["label"]) for one in measured}
    assert "guess first" in Client().get("/compare", headers=HTML).content.decode()
    assert "guess first" not in Client().get("/compare?told=all", headers=HTML).content.decode()


def test_a_chart_that_was_measured_is_drawn_and_given_as_json() -> None:
    chart = CHARTS["last"]
    measurement = ChartMeasurement(chart, {"uvicorn": "asgi"}, surroundings())
    result = ServerResult(last_s=0.25, requests=(RequestResult(trace_id="t", index=1),))
    run = RunResult(id="a" * 16, scenario="wait", count=1, concurrency=1, servers={"uvicorn": result})
    for position in range(len(chart.points)):
        measurement.add_run("uvicorn", position, run)
    async_to_sync(keep_series)("c" * 16, chart.name, measurement.result())

    untold = Client().get("/compare", headers=HTML).content.decode()
    assert "uvicorn, 20: 0.250 s" not in untold
    assert "Show all measured answers" in untold
    page = Client().get(f"/compare?told={chart.lesson}", headers=HTML).content.decode()
    data = Client().get("/compare", headers={"accept": "application/json"}).json()
    assert "uvicorn, 20: 0.250 s" in page
    assert f'href="/runs/{"a" * 16}"' in page
    assert data["charts"]["last"]["values"] == {"uvicorn": [0.25] * len(chart.points)}
    assert (data["charts"]["last"]["whole"], data["charts"]["rate"]) == (True, None)


def test_an_unknown_chart_is_one_sentence() -> None:
    answer = Client().post("/compare/chart/x")
    assert (answer.status_code, answer.json()["error"]) == (
        404,
        "There is no chart 'x': choose from last, rate, threads.",
    )
