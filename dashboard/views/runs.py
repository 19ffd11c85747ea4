"""Firing over HTTP: an order comes in by name and number, a run comes back."""

from collections.abc import Collection

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from dashboard.access import role
from dashboard.fleet.current import fleet
from dashboard.lessons.models import Run
from dashboard.lessons.orders import CLASS_MEMBER, PRESENTER, Order, OrderError, parse_order
from dashboard.lessons.target import Target
from dashboard.recordings.models import Recording
from dashboard.recordings.playing import fire_again
from dashboard.views.answers import answer, problem
from dashboard.views.recordings import gone
from dashboard.wiring import runner

START_WITHIN_S = 30.0
FIELDS = ("scenario", "count", "concurrency", "seconds", "via", "protocol", "leave")
PROXY = "nginx"
"""The server of the fleet that all ways lead through."""


@require_POST
async def create(request: HttpRequest) -> HttpResponse:
    """POST /runs: 201 with the run's id, 400 for an order that cannot be read, 409 when a server is not up."""
    # A proxy is a way to a server, not a server.
    servers = [name for name, state in fleet.states().items() if state.interface != "proxy"]
    allowance = PRESENTER if role(request) == "presenter" else CLASS_MEMBER
    fields = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        order = parse_order(request.POST.getlist("server"), fields, servers, allowance)
    except OrderError as error:
        return problem(request, str(error), 400)
    for server in order.servers:
        if reason := _unfit(order, server):
            return problem(request, reason, 400)
    if order.via and PROXY not in fleet.states():
        return problem(request, f"{PROXY} is no part of this fleet: leave `via` out.", 409)
    for name in _needed(order, servers):
        if reason := await _not_up(name):
            return problem(request, reason, 409)
    try:
        run = runner.start(order, _targets(order))
    except OrderError as error:
        return problem(request, str(error), 429)
    data = runner.look(run.id) or {}
    response = answer(request, "_run_change.html", {"run": data}, data=data, status=201)
    response["Location"] = f"/runs/{run.id}"
    return response


@require_safe
async def detail(request: HttpRequest, run_id: str) -> HttpResponse:
    """GET /runs/ID: the figures so far, or in the end."""
    if data := runner.look(run_id):
        return answer(request, "run.html", {"run": data}, data=data)
    recording = await Recording.objects.filter(pk=run_id).defer("film", "text").afirst()
    if recording and recording.gone:
        return gone(request, recording)
    kept = await Run.objects.filter(pk=run_id).afirst()
    if kept is None:
        return problem(request, f"There is no run {run_id[:40]!r}: it was never fired here.", 404, "404.html")
    data = kept.as_json()
    context = {"run": data, "recording": recording, "fire_again": fire_again(data)}
    return answer(request, "run.html", context, data=data)


@require_POST
async def stop(request: HttpRequest, run_id: str) -> HttpResponse:
    """POST /runs/ID/stop: ends a run now; its requests are broken off. 404 when it is not under way."""
    data = await runner.stop(run_id)
    if data is None:
        return problem(request, f"No run {run_id!r} is under way: it has ended already.", 404)
    # The page hears of it through its socket: the button that asked is gone before its answer comes.
    return answer(request, "_run.html", {"run": data}, data=data)


def _needed(order: Order, servers: Collection[str]) -> list[str]:
    """Which servers must be up before the order is fired.

    A view that calls a service answers 502 without it, so the service comes first. Behind a proxy a server that is
    away is the proxy's to tell of, and that answer is what shall be seen; one that waits for its first order is not
    away.
    """
    called = [name for name in order.scenario.calls if name in servers]
    if order.via is None:
        return [*called, *order.servers]
    return [*called, PROXY, *(name for name in order.servers if fleet.entry(name).on_demand)]


def _targets(order: Order) -> dict[str, Target]:
    """Where each server of the order is reached, the way that the order goes."""
    if order.via is None:
        return {server: Target.of_url(fleet.state(server).url) for server in order.servers}
    proxy = Target.of_url(fleet.state(PROXY).url)
    ports = fleet.entry(PROXY).ports_from(proxy.port)
    return {server: Target.of_url(order.via.url(server, ports), proxy.host) for server in order.servers}


def _unfit(order: Order, server: str) -> str:
    """Why the order and the server do not go together; empty when they do."""
    entry = fleet.entry(server)
    if not entry.answers(order.scenario.name):
        names = ", ".join(entry.scenarios)
        return f"{server} has no scenario {order.scenario.name!r}: choose from {names}, or another server."
    if order.via and entry.tls:
        return f"{server} speaks TLS itself, so nginx does not stand in front of it: leave `via` out."
    return ""


async def _not_up(server: str) -> str:
    """Why the server cannot be fired at; empty when it runs. One on demand is started; its start is waited for."""
    if fleet.entry(server).on_demand and fleet.state(server).state == "stopped":
        await fleet.start(server)
    state = await fleet.settled(server, START_WITHIN_S)
    if state.state == "running":
        return ""
    advice = "start it in the fleet panel." if state.state == "stopped" else state.reason
    return f"{server} is {state.state}: {advice}"
