"""The comparison of WSGI and ASGI: the classic table filled with what was measured here, charts, and their queue."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from dashboard.comparison.drawing import BarChart, LineChart, draw_bars, draw_lines
from dashboard.comparison.results import SeriesResult, from_json
from dashboard.comparison.series import CHARTS, Chart
from dashboard.comparison.table import comparison_table
from dashboard.comparison.table_view import FilledRow, Measurements, fill_table, list_runs
from dashboard.lessons import storage
from dashboard.lessons.loader import course
from dashboard.measuring.queue import MeasuringQueue
from dashboard.measuring.steps import queue_chart, queue_lessons
from dashboard.recordings.models import Recording
from dashboard.runs.exclusive import BusyError
from dashboard.runs.metric_format import number
from dashboard.services import access, attempt_runner, exclusive, fleet, queue_runner, runner
from dashboard.views.answers import Context, answer, problem, wants_json

ALL = "all"


@dataclass(frozen=True, slots=True)
class ValueCell:
    """A value in the table of a chart, and the run that measured it."""

    value: str
    run: str


@dataclass(frozen=True, slots=True)
class ValuesRow:
    """A server in the table of a chart."""

    server: str
    interface: str
    cells: tuple[ValueCell, ...]


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """A chart; with its picture and its table if it was measured as it is."""

    chart: Chart
    told: bool
    """Whether what was measured is told, if anything was."""
    kept: SeriesResult | None = None
    at: datetime | None = None
    picture: LineChart | BarChart | None = None
    rows: tuple[ValuesRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparisonContents:
    """What changes when something was measured."""

    groups: dict[str, list[FilledRow]]
    measured: int
    """How many lessons were measured here."""
    charts: list[DrawnChart]
    untold: bool
    """Whether anything was measured that is not told."""


@require_safe
@ensure_csrf_cookie
async def page(request: HttpRequest) -> HttpResponse:
    """GET /compare: the table, the charts and how far the queue is.

    Pages are told what was measured in the lessons that `told` lists, such as "1,3", or in all of them with "all":
    anything else would spoil the guesses. Scripts get everything.
    """
    return await sync_to_async(_page)(request)


@require_POST
async def measure(request: HttpRequest) -> HttpResponse:
    """POST /compare/measure: begins to measure all lessons, 201; 409 while anything else is measured."""
    return _begin(request, queue_lessons(fleet, attempt_runner, course(), exclusive))


@require_POST
async def chart(request: HttpRequest, name: str) -> HttpResponse:
    """POST /compare/chart/NAME: begins to measure what a chart shows, 201; 404 if there is no such chart."""
    wanted = CHARTS.get(name)
    if wanted is None:
        return problem(request, f"There is no chart {name[:40]!r}: choose from {', '.join(CHARTS)}.", 404)
    return _begin(request, queue_chart(fleet, wanted, runner, storage.keep_series, exclusive))


@require_safe
async def progress(request: HttpRequest) -> HttpResponse:
    """GET /compare/progress: how far the queue is. With ?seen=N a page gets table and charts when more is known."""
    queue = queue_runner.newest
    if queue is None:
        return problem(request, "Nothing has been measured since the dashboard started.", 404)
    data = queue.progress()
    is_news = request.GET.get("seen") != str(data.ended) or data.state != "running"
    context: Context = {"sweep": data, "presenter": access.role(request) == "presenter"}
    if request.headers.get("HX-Request") and is_news:
        contents = await sync_to_async(_read_contents)(_told(request))
        context = {**context, **_contents_context(request, contents), "oob": True}
    return answer(request, "comparison/_sweep.html", context, data=data)


@require_POST
async def cancel(request: HttpRequest) -> HttpResponse:
    """POST /compare/cancel: ends the queue now; what it measured is kept. 404 when none is in progress."""
    queue = await queue_runner.stop()
    if queue is None:
        return problem(request, "Nothing is being measured: it has already ended.", 404)
    data = queue.progress()
    contents = await sync_to_async(_read_contents)(_told(request))
    oob = bool(request.headers.get("HX-Request"))
    context = {**_contents_context(request, contents), "sweep": data, "oob": oob}
    return answer(request, "comparison/_sweep.html", context, data=data)


def _begin(request: HttpRequest, queue: MeasuringQueue) -> HttpResponse:
    try:
        queue_runner.start(queue)
    except BusyError as error:
        return problem(request, str(error), 409)
    data = queue.progress()
    response = answer(request, "comparison/_sweep.html", {"sweep": data, "presenter": True}, data=data, status=201)
    response["Location"] = "/compare/progress"
    return response


def _page(request: HttpRequest) -> HttpResponse:
    told = _every_lesson() if wants_json(request) else _told(request)
    contents = _read_contents(told)
    sweep = queue_runner.newest.progress() if queue_runner.newest else None
    data = {
        "groups": {group: [_row_as_json(row) for row in rows] for group, rows in contents.groups.items()},
        "charts": {drawn.chart.name: drawn.kept for drawn in contents.charts},
        "sweep": sweep,
    }
    context = {**_contents_context(request, contents), "sweep": sweep}
    return answer(request, "comparison/comparison.html", context, data=data)


def _read_contents(told: frozenset[int]) -> ComparisonContents:
    newest = {number: measurement.result for number, measurement in storage.newest_measurements().items()}
    runs = list_runs(newest.values())
    recordings = frozenset(Recording.objects.filter(pk__in=runs, gone="").values_list("pk", flat=True))
    measurements = Measurements({lesson.number: lesson for lesson in course()}, newest, recordings, told)
    charts = [_draw_chart(chart, told) for chart in CHARTS.values()]
    return ComparisonContents(
        groups=fill_table(comparison_table(), measurements),
        measured=len(newest),
        untold=not told.issuperset(newest) or not all(drawn.told for drawn in charts),
        charts=charts,
    )


def _told(request: HttpRequest) -> frozenset[int]:
    """Return the lessons whose figures a page may be told: those that this browser has done, or all, if it asks."""
    named = (request.POST if request.method == "POST" else request.GET).get("told", "")
    if named == ALL:
        return _every_lesson()
    return frozenset(number for number in _every_lesson() if str(number) in named.split(","))


def _every_lesson() -> frozenset[int]:
    return frozenset(lesson.number for lesson in course())


def _contents_context(request: HttpRequest, contents: ComparisonContents) -> Context:
    return {
        "groups": contents.groups,
        "measured": contents.measured,
        "lessons": len(course()),
        "charts": contents.charts,
        "told": _told(request),
        "untold": contents.untold,
        "presenter": access.role(request) == "presenter",
    }


def _draw_chart(chart: Chart, told: Collection[int]) -> DrawnChart:
    """Return a chart with its picture and its table, unless the newest that was measured had other points.

    Neither, if its lesson is not among those that may be told.
    """
    kept = storage.newest_chart(chart.name)
    series = from_json(kept.data) if kept else None
    if series is None or series.points != tuple(point.label for point in chart.points):
        return DrawnChart(chart, told=True)
    if chart.lesson not in told:
        return DrawnChart(chart, told=False)
    return DrawnChart(
        chart,
        told=True,
        kept=series,
        at=parse_datetime(series.surroundings.at),
        picture=draw_lines(series) if chart.drawn_as == "lines" else draw_bars(series),
        rows=tuple(_values_row(series, server, interface) for server, interface in series.servers.items()),
    )


def _values_row(series: SeriesResult, server: str, interface: str) -> ValuesRow:
    measured = zip(series.values[server], series.runs[server], strict=True)
    cells = (ValueCell("–" if value is None else number(value), run or "") for value, run in measured)
    return ValuesRow(server, interface, tuple(cells))


def _row_as_json(row: FilledRow) -> Context:
    cells = {cell.interface: {"claim": cell.claim, "figures": cell.figures} for cell in row.cells}
    return {"title": row.title, **cells}
