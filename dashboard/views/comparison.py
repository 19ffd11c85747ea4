"""The comparison of WSGI and ASGI: the classic table filled with what was measured here, charts, and their queue."""

from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from dashboard.access.roles import require_presenter, role
from dashboard.comparison import drawing
from dashboard.comparison.series import CHARTS, Chart
from dashboard.comparison.table import comparison_table
from dashboard.comparison.table_view import FilledRow, filled, runs_of
from dashboard.lessons import storage
from dashboard.lessons.loader import course
from dashboard.measuring.queue import Sweep, UnderWayError
from dashboard.measuring.steps import all_lessons, one_chart
from dashboard.recordings.models import Recording
from dashboard.runs.metric_format import number
from dashboard.services import busy, laboratory, runner, sweeper
from dashboard.views.answers import answer, problem


@require_safe
@ensure_csrf_cookie
async def page(request: HttpRequest) -> HttpResponse:
    """GET /compare: the table, the charts and how far the queue is."""
    return await sync_to_async(_page)(request)


@require_POST
async def measure(request: HttpRequest) -> HttpResponse:
    """POST /compare/measure: begins to measure all lessons, 201; 409 while anything else is measured."""
    require_presenter(request)
    return _begin(request, all_lessons(laboratory, course(), busy))


@require_POST
async def chart(request: HttpRequest, name: str) -> HttpResponse:
    """POST /compare/chart/NAME: begins to measure what a chart shows, 201; 404 for a chart that there is not."""
    require_presenter(request)
    wanted = CHARTS.get(name)
    if wanted is None:
        return problem(request, f"There is no chart {name[:40]!r}: choose from {', '.join(CHARTS)}.", 404)
    return _begin(request, one_chart(wanted, runner, storage.keep_series, busy))


@require_safe
async def progress(request: HttpRequest) -> HttpResponse:
    """GET /compare/progress: how far the queue is. With ?seen=N a page gets table and charts when more is known."""
    sweep = sweeper.newest
    if sweep is None:
        return problem(request, "Nothing has been measured since the dashboard was started.", 404)
    data = sweep.as_json()
    is_news = request.GET.get("seen") != str(data["ended"]) or data["state"] != "running"
    context = {"sweep": data, "presenter": role(request) == "presenter"}
    if request.headers.get("HX-Request") and is_news:
        context |= await sync_to_async(_contents)(request) | {"oob": True}
    return answer(request, "comparison/_sweep.html", context, data=data)


@require_POST
async def cancel(request: HttpRequest) -> HttpResponse:
    """POST /compare/cancel: ends the queue now; what it measured stays. 404 when none is under way."""
    require_presenter(request)
    sweep = await sweeper.stop()
    if sweep is None:
        return problem(request, "Nothing is being measured: it has ended already.", 404)
    data = sweep.as_json()
    context = await sync_to_async(_contents)(request) | {
        "sweep": data,
        "oob": bool(request.headers.get("HX-Request")),
    }
    return answer(request, "comparison/_sweep.html", context, data=data)


def _begin(request: HttpRequest, sweep: Sweep) -> HttpResponse:
    try:
        sweeper.start(sweep)
    except UnderWayError as error:
        return problem(request, str(error), 409)
    data = sweep.as_json()
    response = answer(request, "comparison/_sweep.html", {"sweep": data, "presenter": True}, data=data, status=201)
    response["Location"] = "/compare/progress"
    return response


def _page(request: HttpRequest) -> HttpResponse:
    contents = _contents(request)
    sweep = sweeper.newest.as_json() if sweeper.newest else None
    data = {
        "groups": {group: [_row_json(row) for row in rows] for group, rows in contents["groups"].items()},
        "charts": {one["chart"].name: one["kept"] for one in contents["charts"]},
        "sweep": sweep,
    }
    return answer(request, "comparison/comparison.html", contents | {"sweep": sweep}, data=data)


def _contents(request: HttpRequest) -> dict[str, Any]:
    """What changes when something was measured."""
    newest = {number: measurement.data for number, measurement in storage.newest().items()}
    films = set(Recording.objects.filter(pk__in=runs_of(newest), gone="").values_list("pk", flat=True))
    return {
        "groups": filled(comparison_table(), course(), newest, films),
        "measured": len(newest),
        "lessons": len(course()),
        "charts": [_drawn(chart) for chart in CHARTS.values()],
        "presenter": role(request) == "presenter",
    }


def _drawn(chart: Chart) -> dict[str, Any]:
    """A chart with its picture and its table; without them where nothing fits that was measured."""
    kept = storage.newest_chart(chart.name)
    data = kept.data if kept else None
    if data is None or data["points"] != [point.label for point in chart.points]:
        return {"chart": chart, "kept": None}
    picture = drawing.draw_lines(data) if chart.drawn_as == "lines" else drawing.draw_bars(data)
    rows = [
        (server, interface, [_cell(*both) for both in zip(data["values"][server], data["runs"][server], strict=True)])
        for server, interface in data["servers"].items()
    ]
    at = parse_datetime(data["surroundings"]["at"])
    return {"chart": chart, "kept": data, "picture": picture, "rows": rows, "at": at}


def _cell(value: float | None, run: str | None) -> tuple[str, str]:
    return ("–" if value is None else number(value), run or "")


def _row_json(row: FilledRow) -> dict[str, Any]:
    cells = {
        cell.interface: {
            "claim": cell.claim,
            "figures": [
                {
                    "lesson": figure.lesson,
                    "label": figure.label,
                    "state": figure.state,
                    "measured": figure.measured,
                    "expected": figure.expected,
                    "run": figure.run,
                }
                for figure in cell.figures
            ],
        }
        for cell in row.cells
    }
    return {"title": row.title, **cells}
