"""The race over HTTP: bets, the start, how far it is, and who won."""

import secrets
from dataclasses import replace
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.access.roles import require_presenter, role
from dashboard.fleet.current import fleet
from dashboard.lessons import storage
from dashboard.lessons.models import Series
from dashboard.measuring.queue import UnderWayError
from dashboard.measuring.steps import order_for, running
from dashboard.race import commentary
from dashboard.race.chart import draw_race
from dashboard.race.race import NAME, STARTS, Race, Start
from dashboard.runs.orders import OrderError
from dashboard.runs.scenarios import SCENARIOS
from dashboard.services import bets, track
from dashboard.views.answers import answer, problem

COOKIE = "gatescope_bettor"
COOKIE_AGE_S = 12 * 3600
DEFAULTS = {"scenario": "wait", "count": "10", "start": "together", "concurrency": "", "seconds": ""}
MEGABYTE = 1_000_000


@require_http_methods(["GET", "HEAD", "POST"])
@ensure_csrf_cookie
async def page(request: HttpRequest) -> HttpResponse:
    """GET /race: who is at the start, and the newest race. POST: scenario, count, start (together, in turn): 201."""
    if request.method == "POST":
        return _start(request)
    race = await _newest()
    context = _context(request, race) | _grid(request)
    data = {"runners": list(running()), "bets": bets.counts(), "race": _as_json(race)}
    return answer(request, "race/race.html", context, data=data)


@require_safe
async def detail(request: HttpRequest, race_id: str) -> HttpResponse:
    """GET /race/ID: a race that was run, or is."""
    race = track.newest if track.newest and track.newest.id == race_id else None
    if race is None:
        kept = await Series.objects.filter(pk=race_id, name=NAME).afirst()
        race = Race.of_json(kept.data) if kept else None
    if race is None:
        return problem(
            request, f"There is no race {race_id[:40]!r}: newer ones took its place.", 404, "pages/404.html"
        )
    return answer(request, "race/race.html", _context(request, race) | _grid(request), data=_as_json(race) or {})


@require_safe
async def progress(request: HttpRequest) -> HttpResponse:
    """GET /race/progress?seen=WHAT: the newest race; 204 when nothing is new since `seen`, which it tells."""
    race = await _newest()
    context = _fragment(request, race)
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return answer(request, "race/_race.html", context, data={"race": _as_json(race), "seen": context["seen"]})


@require_POST
async def bet(request: HttpRequest) -> HttpResponse:
    """POST /race/bet: on `server`; one bet for each browser. 409 while a race is run."""
    server = request.POST.get("server", "")
    if track.sweep:
        return problem(request, "The race has begun: bet on the next one.", 409)
    if server not in running():
        others = f"bet on {', '.join(running())}." if running() else "nobody is, until the presenter starts a server."
        return problem(request, f"{server[:40]!r} is not at the start: {others}", 400)
    bettor = _bettor(request) or secrets.token_urlsafe(16)
    bets.place(bettor, server)
    response = answer(request, "race/_grid.html", _grid(request, bettor), data={"bet": server, "bets": bets.counts()})
    response.set_cookie(COOKIE, bettor, max_age=COOKIE_AGE_S, httponly=True, samesite="Strict")
    return response


@require_POST
async def stop(request: HttpRequest) -> HttpResponse:
    """POST /race/stop: ends it now; who was there already keeps the card. 404 when none is run."""
    require_presenter(request)
    if not await track.stop():
        return problem(request, "No race is being run: it has ended already.", 404)
    race = await _newest()
    return answer(request, "race/_race.html", _fragment(request, race), data={"race": _as_json(race)})


def _start(request: HttpRequest) -> HttpResponse:
    require_presenter(request)
    fields = {name: request.POST.get(name, default).strip() or default for name, default in DEFAULTS.items()}
    start = next((one for one in STARTS if one == fields["start"]), None)
    if start is None:
        sentence = f"The start is {fields['start'][:40]!r}: expected {' or '.join(STARTS)}."
        return problem(request, sentence, 400)
    try:
        race, orders = _parsed(fields, start)
    except OrderError as error:
        return problem(request, str(error), 400)
    try:
        track.start(race, orders)
    except UnderWayError as error:
        return problem(request, str(error), 409)
    race.bets = bets.close(race.id)
    response = answer(request, "race/_race.html", _fragment(request, race), data=_as_json(race) or {}, status=201)
    response["Location"] = f"/race/{race.id}"
    return response


def _parsed(fields: dict[str, str], start: Start) -> tuple[Race, list[Any]]:
    """The race that a form asks for, and its orders. Raises OrderError."""
    scenario = fields["scenario"]
    runners = {name: interface for name, interface in running().items() if fleet.entry(name).answers(scenario)}
    if not runners:
        raise OrderError("No server is up: start at least one in the fleet panel.")
    order = order_for(list(runners), fields)
    race = Race(
        id=secrets.token_hex(8),
        scenario=order.scenario,
        count=order.count,
        concurrency=order.concurrency,
        seconds=order.seconds,
        start=start,
        runners=runners,
    )
    return race, [order] if start == "together" else [replace(order, servers=(name,)) for name in runners]


async def _newest() -> Race | None:
    if track.newest:
        return track.newest
    kept = await sync_to_async(storage.newest_series)(NAME)
    return Race.of_json(kept.data) if kept else None


def _as_json(race: Race | None) -> dict[str, Any] | None:
    return race.as_json() | {"state": track.state_of(race)} if race else None


def _context(request: HttpRequest, race: Race | None) -> dict[str, Any]:
    """What the fragment of a race is rendered with. `seen` tells one state of it from the next."""
    context: dict[str, Any] = {"race": race, "presenter": role(request) == "presenter", "seen": "none"}
    if race is None:
        return context
    state = track.state_of(race)
    ranked = race.ranked()
    own = bets.settled(_bettor(request), race.id)
    return context | {
        "state": state,
        "seen": f"{race.id}-{state}-{len(ranked)}",
        "title": commentary.title(race),
        "rule": commentary.rule(race),
        "commentary": _commentary(race, own),
        "cards": [
            (rank, card, race.bets.get(card.server, 0), _megabytes(card.memory_bytes)) for rank, card in ranked
        ],
        "picture": draw_race(ranked),
    }


def _commentary(race: Race, own: str) -> str:
    """Say how far the race is, or who won and what became of the bet on the server `own`."""
    if track.state_of(race) != "running" or track.sweep is None:
        return commentary.result(race, own)
    sweep = track.sweep
    return commentary.progress(race, sweep.ended, len(sweep.steps), sweep.step.title if sweep.step else "")


def _fragment(request: HttpRequest, race: Race | None) -> dict[str, Any]:
    """The race as a fragment of its page, together with the bets, which close and open with it."""
    return _context(request, race) | _grid(request) | {"oob": bool(request.headers.get("HX-Request"))}


def _grid(request: HttpRequest, bettor: str = "") -> dict[str, Any]:
    """Those at the start, and the bets on them."""
    counts = bets.counts()
    return {
        "runners": [
            (name, interface, fleet.state(name).title, counts.get(name, 0)) for name, interface in running().items()
        ],
        "is_closed": track.sweep is not None,
        "own_bet": bets.coming(bettor or _bettor(request)),
        "scenarios": list(SCENARIOS.values()),
        "starts": STARTS,
        "defaults": DEFAULTS,
    }


def _bettor(request: HttpRequest) -> str:
    return request.COOKIES.get(COOKIE, "")[:64]


def _megabytes(memory_bytes: int | None) -> str:
    return "–" if memory_bytes is None else f"{memory_bytes / MEGABYTE:.0f} MB"
