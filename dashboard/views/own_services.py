"""Firing at services of one's own: those that sent spans with the probes, and whose processes are on this machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from dashboard.runs.own_client import OwnResult, fire_at
from dashboard.runs.own_order import OwnOrder, OwnOrderError, parse_own_order
from dashboard.services import access, exclusive, hub, ports_of_own_services
from dashboard.traces.attributes import INTERFACE, METHOD, URL_PATH
from dashboard.traces.span import Span
from dashboard.views.answers import answer, problem

MOST_PATHS = 50
"""Paths of a service that are offered, the newest."""
ON_LOOPBACK_ALONE = "Services of your own are fired at from a dashboard that only this machine can reach."


@dataclass(frozen=True, slots=True)
class OwnService:
    """A service that can be fired at."""

    name: str
    ports: Sequence[int]
    """Ports that its processes, or those that started them, listen on."""
    paths: Sequence[str]
    """What was asked for with GET, the newest first."""

    @property
    def newest(self) -> str:
        """The path to begin with."""
        return next(iter(self.paths), "/")


@dataclass(frozen=True, slots=True)
class OwnServicesPage:
    """The context of `pages/own_services.html`."""

    services: Sequence[OwnService]
    chosen: str
    order: OwnOrder
    message: str
    result: OwnResult | None


@require_http_methods(["GET", "HEAD", "POST"])
async def page(request: HttpRequest) -> HttpResponse:
    """GET /services: services of one's own, and a form to fire at them. POST fires and says what came of it.

    400 for an order that cannot be read, 404 for a service that is not here, 409 while something is measured.
    """
    if access.keys is not None:
        return problem(request, ON_LOOPBACK_ALONE, 409)
    spans = list(hub.store.snapshot())
    ports = await sync_to_async(ports_of_own_services, thread_sensitive=False)()
    services = _services(spans, ports)
    if request.method == "POST":
        return await _fire(request, services)
    return _answer(request, services, _text(request.GET), status=200)


async def _fire(request: HttpRequest, services: Sequence[OwnService]) -> HttpResponse:
    form = _text(request.POST)
    try:
        order = parse_own_order(form)
    except OwnOrderError as error:
        return _answer(request, services, form, message=str(error), status=400)
    service = next((each for each in services if each.name == form.get("service")), None)
    port = form.get("port") or (str(service.ports[0]) if service else "")
    if service is None or port not in map(str, service.ports):
        sentence = "This service does not listen here any more: choose one that is offered."
        return _answer(request, services, form, message=sentence, status=404)
    if sentence := exclusive.measuring():
        return _answer(request, services, form, message=sentence, status=409)
    return _answer(request, services, form, result=await fire_at(int(port), order), status=200)


def _answer(
    request: HttpRequest,
    services: Sequence[OwnService],
    form: Mapping[str, str],
    *,
    status: int,
    message: str = "",
    result: OwnResult | None = None,
) -> HttpResponse:
    try:
        order = parse_own_order(form)
    except OwnOrderError:
        order = OwnOrder()
    context = OwnServicesPage(services, form.get("service", ""), order, message, result)
    data = {"error": message} if message else result or {"services": services}
    return answer(request, "pages/own_services.html", context, data=data, status=status)


def _services(spans: Sequence[Span], ports: Mapping[str, set[int]]) -> list[OwnService]:
    """Return the services of which the probes have told a request, in order of name."""
    paths: dict[str, dict[str, None]] = {}
    for span in reversed(spans):
        path = span.attributes.get(URL_PATH)
        if INTERFACE not in span.attributes or span.server not in ports or not isinstance(path, str):
            continue
        known = paths.setdefault(span.server, {})
        if span.attributes.get(METHOD) == "GET" and len(known) < MOST_PATHS:
            known.setdefault(path)
    return [OwnService(name, sorted(ports[name]), list(known)) for name, known in sorted(paths.items())]


def _text(form: QueryDict) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}
