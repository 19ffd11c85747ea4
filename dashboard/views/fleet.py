"""The fleet over HTTP: its states for scripts, its panel for the page, and start, stop, restart and kill-worker."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from dashboard import __version__
from dashboard.access.permissions import CLASS
from dashboard.fleet.panel import server_rows
from dashboard.fleet.processes.workers import NoWorkerError
from dashboard.services import access, fleet, hub
from dashboard.traces.attributes import PROCESS_ID
from dashboard.views.answers import answer, problem

KILL_WORKER = "kill-worker"


@require_safe
async def healthz(request: HttpRequest) -> JsonResponse:
    """GET /healthz: 200 as long as the dashboard itself works, with the state of each server.

    `notice` is a sentence about what does not work as configured, such as an absent Redis; empty when all does. Who
    has no role learns no more than that it works, and class members no reasons: they may name programs and files.
    """
    role, states = access.role(request), fleet.states()
    if role not in CLASS:
        servers = {name: {"state": state.state} for name, state in states.items()}
        return JsonResponse({"status": "ok", "version": __version__, "servers": servers})
    rows = {row.name: row for row in server_rows(fleet, presenter=role == "presenter")}
    shown = {
        name: {"interface": row.interface, "state": row.state, "url": row.url, "reason": row.reason}
        for name, row in rows.items()
    }
    return JsonResponse({"status": "ok", "version": __version__, "notice": hub.notice, "servers": shown})


@require_safe
async def panel(request: HttpRequest) -> HttpResponse:
    """GET /fleet: each server; for the presenter with its command line, process id and last log lines."""
    return _panel(request)


@require_safe
def captions(request: HttpRequest) -> HttpResponse:
    """GET /fleet/captions: why each server is in the table, in one sentence."""
    known = [fleet.entry(name) for name in fleet.states()]
    data = {entry.name: entry.why for entry in known}
    return answer(request, "stage/_captions.html", {"servers": known}, data=data)


@require_POST
async def command(request: HttpRequest, name: str, action: str) -> HttpResponse:
    """POST /fleet/NAME/start|stop|restart|kill-worker: answer with the panel once the command was carried out."""
    commands = {"start": fleet.start, "stop": fleet.stop, "restart": fleet.restart}
    states = fleet.states()
    if action not in {*commands, KILL_WORKER}:
        return problem(request, f"There is no command {action!r}: use start, stop, restart or {KILL_WORKER}.", 404)
    if name not in states:
        return problem(request, f"There is no server {name!r}: choose from {', '.join(states)}.", 404)
    if states[name].remote:
        return problem(request, f"{name} runs elsewhere, at {states[name].url}: start and stop it there.", 409)
    if action == KILL_WORKER:
        return _kill_worker(request, name)
    await commands[action](name)
    return _panel_after(request, name)


def _kill_worker(request: HttpRequest, name: str) -> HttpResponse:
    """Kill a worker, preferably one with requests in it, and say which; 409 when there is none."""
    try:
        pid = fleet.kill_worker(name, _busy_processes(name))
    except NoWorkerError as error:
        return problem(request, str(error), 409)
    return _panel(request, killed=pid)


def _busy_processes(name: str) -> set[int]:
    """Return the processes of a server in which a request is in progress, as far as their spans say."""
    pids = (span.attributes.get(PROCESS_ID) for span in hub.store.open_spans() if span.server == name)
    return {pid for pid in pids if isinstance(pid, int)}


def _panel_after(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with the panel, or with the reason why the server is not up."""
    state = fleet.states()[name]
    if state.state in {"missing", "failed"}:
        return problem(request, f"{name} is {state.state}: {state.reason}", 409)
    return _panel(request)


def _panel(request: HttpRequest, **more: int) -> HttpResponse:
    """Answer with the panel as it is now; `more` is for scripts."""
    presenter = access.role(request) == "presenter"
    rows = server_rows(fleet, presenter=presenter)
    data = {**more, "servers": [asdict(row) for row in rows]}
    return answer(request, "stage/_fleet.html", {"servers": rows, "presenter": presenter}, data=data)
