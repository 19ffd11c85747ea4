"""The stage: rendered once with everything as it stands, then kept up to date by the socket."""

from collections.abc import Collection, Sequence
from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from dashboard.fleet.nginx import configuration as nginx
from dashboard.fleet.nginx.routes import ROUTES
from dashboard.fleet.panel import server_rows
from dashboard.runs.orders import FIELDS
from dashboard.runs.scenarios import SCENARIOS
from dashboard.services import access, fleet

DEFAULT_PAIR = ("gunicorn-sync", "uvicorn")
MOST_ROWS = 24
"""As the page has it (`static/js/panels/rows.js`)."""
DEFAULT_SCENARIO = "wait"
DEFAULT_COUNT = 10


@require_safe
@ensure_csrf_cookie
async def page(request: HttpRequest) -> HttpResponse:
    """GET /: two servers side by side, the form that fires at them, and what travels.

    A query with the form's fields, as of a link "fire again", fills the form; it is checked when it is fired.
    """
    presenter = access.role(request) == "presenter"
    servers = server_rows(fleet, presenter=presenter)
    return render(
        request,
        "stage/stage.html",
        {
            "servers": servers,
            "ways": [{**asdict(way), "configuration": nginx.render_location(way)} for way in ROUTES.values()],
            "scenarios": list(SCENARIOS.values()),
            "rows": list(enumerate(_selected(request.GET.getlist("server"), [server.name for server in servers]), 1)),
            "presenter": presenter,
            "can_compare": presenter and not fleet.is_remote,
            "scenario": request.GET.get("scenario") or DEFAULT_SCENARIO,
            "count": request.GET.get("count") or DEFAULT_COUNT,
            "filled": {name: request.GET.get(name, "") for name in FIELDS},
            "live_url": "/live",
            "can_change_rows": True,
        },
    )


def _selected(asked: Sequence[str], known: Collection[str]) -> list[str]:
    """Return the servers of the rows: those asked for, else the default pair; one alone has company of that."""
    chosen = list(dict.fromkeys(name for name in asked if name in known))[:MOST_ROWS]
    pair = [name for name in DEFAULT_PAIR if name in known and name not in chosen]
    return chosen + pair[: max(0, len(DEFAULT_PAIR) - len(chosen))]
