"""The race over HTTP: bets, the start, how far it is, and which server won."""

import secrets
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from msgspec.structs import replace

from dashboard.lessons import storage
from dashboard.lessons.models import Series
from dashboard.measuring.steps import make_order, running_servers
from dashboard.race.chart import draw_race
from dashboard.race.commentary import describe_progress, describe_race, describe_result, describe_rule
from dashboard.race.race import NAME, STARTS, Race
from dashboard.race.results import RaceResult, RankedEntry, Start, from_json, to_json
from dashboard.runs.exclusive import BusyError
from dashboard.runs.orders import Order, OrderError
from dashboard.runs.scenarios import SCENARIOS
from dashboard.services import access, betting_book, fleet, race_runner
from dashboard.views.answers import Context, answer, problem

COOKIE = "gatescope_bettor"
COOKIE_AGE_S = 12 * 3600
DEFAULTS = {"scenario": "wait", "count": "10", "start": "together", "concurrency": "", "seconds": ""}
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class GridPlace:
    """A server in the next race, with the bets on it."""

    name: str
    interface: str
    title: str
    bets: int


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A server's result in the table of a race."""

    entry: RankedEntry
    bets: int

    @property
    def memory(self) -> str:
        """The most that its processes held."""
        held = self.entry.memory_bytes
        return "–" if held is None else f"{held / MEGABYTE:.0f} MB"

    @property
    def side(self) -> str:
        """Its recording, as the comparison of two recordings names it."""
        return f"{self.entry.run}:{self.entry.server}"


@require_http_methods(["GET", "HEAD", "POST"])
@ensure_csrf_cookie
async def page(request: HttpRequest) -> HttpResponse:
    """GET /race: the servers in it, and the newest race. POST: scenario, count, start (together, in turn): 201."""
    if request.method == "POST":
        return _start(request)
    race = await _newest()
    data = {"runners": list(running_servers(fleet)), "bets": betting_book.counts(), "race": _as_json(race)}
    return answer(request, "race/race.html", {**_race_context(request, race), **_grid_context(request)}, data=data)


@require_safe
async def detail(request: HttpRequest, race_id: str) -> HttpResponse:
    """GET /race/ID: a race that was run, or is in progress."""
    newest = race_runner.newest
    race = newest.result() if newest and newest.id == race_id else None
    if race is None:
        kept = await Series.objects.filter(pk=race_id, name=NAME).afirst()
        race = from_json(kept.data) if kept else None
    if race is None:
        sentence = f"There is no race {race_id[:40]!r}: it was replaced by newer ones."
        return problem(request, sentence, 404, "pages/404.html")
    context = {**_race_context(request, race), **_grid_context(request)}
    return answer(request, "race/race.html", context, data=_as_json(race))


@require_safe
async def progress(request: HttpRequest) -> HttpResponse:
    """GET /race/progress?seen=WHAT: the newest race; 204 when nothing has changed since `seen`, which it returns."""
    race = await _newest()
    context = _fragment_context(request, race)
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return answer(request, "race/_race.html", context, data={"race": _as_json(race), "seen": context["seen"]})


@require_POST
async def bet(request: HttpRequest) -> HttpResponse:
    """POST /race/bet: on `server`; one bet for each browser. 409 while a race is in progress."""
    server = request.POST.get("server", "")
    if race_runner.queue:
        return problem(request, "The race has started: bet on the next one.", 409)
    if server not in (running := running_servers(fleet)):
        others = f"bet on {', '.join(running)}." if running else "no servers are running yet."
        return problem(request, f"{server[:40]!r} is not in the race: {others}", 400)
    bettor = _bettor(request) or secrets.token_urlsafe(16)
    betting_book.place(bettor, server)
    data = {"bet": server, "bets": betting_book.counts()}
    response = answer(request, "race/_grid.html", _grid_context(request, bettor), data=data)
    response.set_cookie(COOKIE, bettor, max_age=COOKIE_AGE_S, httponly=True, samesite="Strict")
    return response


@require_POST
async def stop(request: HttpRequest) -> HttpResponse:
    """POST /race/stop: ends it now; servers that have finished keep their results. 404 when none is in progress."""
    if not await race_runner.stop():
        return problem(request, "No race is in progress: it has ended already.", 404)
    race = await _newest()
    return answer(request, "race/_race.html", _fragment_context(request, race), data={"race": _as_json(race)})


def _start(request: HttpRequest) -> HttpResponse:
    fields = {name: request.POST.get(name, default).strip() or default for name, default in DEFAULTS.items()}
    start = next((one for one in STARTS if one == fields["start"]), None)
    if start is None:
        sentence = f"The start is {fields['start'][:40]!r}: expected {' or '.join(STARTS)}."
        return problem(request, sentence, 400)
    try:
        race, orders = _parse_race(fields, start)
    except OrderError as error:
        return problem(request, str(error), 400)
    try:
        race_runner.start(race, orders)
    except BusyError as error:
        return problem(request, str(error), 409)
    race.bets = betting_book.close(race.id)
    result = race.result()
    context = _fragment_context(request, result)
    response = answer(request, "race/_race.html", context, data=_as_json(result), status=201)
    response["Location"] = f"/race/{race.id}"
    return response


def _parse_race(fields: dict[str, str], start: Start) -> tuple[Race, list[Order]]:
    """Return the race that a form asks for, and its orders. Raise OrderError."""
    scenario = fields["scenario"]
    runners = {name: kind for name, kind in running_servers(fleet).items() if fleet.entry(name).answers(scenario)}
    if not runners:
        raise OrderError("No server is running: start at least one in the servers panel.")
    order = make_order(fleet, list(runners), fields)
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


async def _newest() -> RaceResult | None:
    if race_runner.newest:
        return race_runner.newest.result()
    kept = await sync_to_async(storage.newest_series)(NAME)
    return from_json(kept.data) if kept else None


def _as_json(race: RaceResult | None) -> object:
    return to_json(race) | {"state": race_runner.state_of(race.id)} if race else None


def _race_context(request: HttpRequest, race: RaceResult | None) -> Context:
    """Return what the fragment of a race is rendered with. `seen` tells one state of it from the next."""
    presenter = access.role(request) == "presenter"
    if race is None:
        return {"race": None, "presenter": presenter, "seen": "none"}
    state = race_runner.state_of(race.id)
    return {
        "race": race,
        "presenter": presenter,
        "state": state,
        "seen": f"{race.id}-{state}-{len(race.ranked)}",
        "title": describe_race(race),
        "rule": describe_rule(race),
        "commentary": _comment(race, betting_book.closed_bet(_bettor(request), race.id)),
        "rows": [ResultRow(entry, race.bets.get(entry.server, 0)) for entry in race.ranked],
        "picture": draw_race(race.ranked),
    }


def _comment(race: RaceResult, own_bet: str) -> str:
    """Say how far the race is, or which server won and what became of a bet."""
    queue = race_runner.queue
    if queue is None or queue.id != race.id:
        return describe_result(race, own_bet)
    return describe_progress(race, queue.ended, len(queue.steps), queue.step.title if queue.step else "")


def _fragment_context(request: HttpRequest, race: RaceResult | None) -> Context:
    """Return the context of a race as a fragment of its page, together with the bets: they close and open with it."""
    oob = bool(request.headers.get("HX-Request"))
    return {**_race_context(request, race), **_grid_context(request), "oob": oob}


def _grid_context(request: HttpRequest, bettor: str = "") -> Context:
    """Return the context of the servers in the next race, and of the bets on them."""
    counts = betting_book.counts()
    return {
        "runners": [
            GridPlace(name, interface, fleet.state(name).title, counts.get(name, 0))
            for name, interface in running_servers(fleet).items()
        ],
        "is_closed": race_runner.queue is not None,
        "own_bet": betting_book.open_bet(bettor or _bettor(request)),
        "scenarios": list(SCENARIOS.values()),
        "starts": STARTS,
        "defaults": DEFAULTS,
    }


def _bettor(request: HttpRequest) -> str:
    return request.COOKIES.get(COOKIE, "")[:64]
