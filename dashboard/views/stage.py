"""The page: it is rendered once with everything as it stands, then the socket keeps it true."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from dashboard.fleet.ways import WAYS
from dashboard.lessons.scenarios import SCENARIOS
from dashboard.panels import server_rows

DEFAULT_PAIR = ("gunicorn-sync", "uvicorn")
DEFAULT_SCENARIO = "wait"
DEFAULT_COUNT = 10


@require_safe
@ensure_csrf_cookie
async def page(request: HttpRequest) -> HttpResponse:
    """GET /: two servers side by side, the form that fires at them, and what travels."""
    return render(
        request,
        "stage.html",
        {
            "servers": server_rows(),
            "ways": list(WAYS.values()),
            "scenarios": list(SCENARIOS.values()),
            "selected": list(DEFAULT_PAIR),
            "scenario": DEFAULT_SCENARIO,
            "count": DEFAULT_COUNT,
            "live_url": "/live",
        },
    )
