"""An order is what somebody wants fired: parsed once from a form, then trusted by the runner.

Only names from the tables and bounded numbers get through; every refusal is one sentence that says what to do.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec import Struct

from dashboard.fleet.nginx.routes import ROUTES, ProxyRoute
from dashboard.lib.text import abridge
from dashboard.lib.whole_number import WholeNumberError, whole_number
from dashboard.runs.scenarios import SCENARIOS, Scenario

MAX_SECONDS = 30.0
WEBSOCKET = "websocket"
SWITCH = {"": False, "on": True}
"""What a box of a form says, ticked or not."""
PROTOCOLS = ("1.1", "2")
"""Versions of HTTP that we can speak; whether a server does is seen when it is fired at."""


class OrderFields(Struct, frozen=True, kw_only=True):
    """What an order says beside its servers. Forms, the terminal, links and JSON use these names.

    A field added later needs a default: runs that were kept before lack it.
    """

    scenario: str
    count: int
    concurrency: int
    seconds: float | None = None
    """The scenario's time knob; None leaves it at its default."""
    via: str = ""
    """The route through a proxy; empty fires at the servers themselves."""
    protocol: str = PROTOCOLS[0]
    leave: float | None = None
    """The client leaves after so many seconds, answered or not."""
    uninstrumented: bool = False
    """The same run is then fired at a second process of each server that has no instrument, to compare the two."""


FIELDS = OrderFields.__struct_fields__
LABELS = {
    "count": "The number of requests",
    "concurrency": "The number at once",
    "seconds": "The time",
    "leave": "The time after which the client leaves",
}
"""What error messages call the fields that hold a number."""


class OrderError(ValueError):
    """The order cannot be fired; the message says what was expected, what came and what to do."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How much one person may fire with one order: requests, and requests at once."""

    count: int
    concurrency: int
    is_shared: bool = False
    """Whether these hold for all servers of an order together, not for each."""
    run_s: float | None = None
    """How long a run may last; None for as long as it takes."""
    starts_servers: bool = False
    """Whether servers are started for the order."""
    uninstrumented: bool = False
    """Whether also at a second process without the instrument, which has to be started."""

    def share(self, servers: int) -> "Quota":
        """Return what each of so many servers may get. Raise OrderError when that is nothing."""
        if not self.is_shared:
            return self
        most = min(self.count, self.concurrency)
        if servers > most:
            raise OrderError(f"The order names {servers} servers: choose at most {most}.")
        return replace(self, count=self.count // servers, concurrency=self.concurrency // servers)


PRESENTER = Quota(count=1000, concurrency=1000, starts_servers=True, uninstrumented=True)
CLASS_MEMBER = Quota(count=100, concurrency=20, is_shared=True, run_s=120.0)


class Order(OrderFields, frozen=True, kw_only=True):
    """`count` requests of a scenario at each server, at most `concurrency` of them at once."""

    servers: tuple[str, ...]

    @property
    def kind(self) -> Scenario:
        """What the table says of its scenario."""
        return SCENARIOS[self.scenario]

    @property
    def route(self) -> ProxyRoute | None:
        """The route through a proxy; None fires at the servers themselves."""
        return ROUTES[self.via] if self.via else None

    @property
    def path(self) -> str:
        """Path and query on the sample site."""
        return self.kind.path(self.seconds)

    @property
    def timeout_s(self) -> float:
        """The longest a request may take, in seconds."""
        return self.kind.timeout_s(self.seconds, self.count)

    @property
    def all_served_s(self) -> float:
        """How long a server that takes one request at a time is busy with them all, in seconds."""
        return self.kind.all_served_s(self.seconds, self.count)

    @property
    def least_s(self) -> float:
        """The shortest that the run can take, even at servers that take all requests at once, in seconds."""
        each_s = self.work_s if self.leave is None else min(self.work_s, self.leave)
        return each_s * -(-self.count // self.concurrency)

    @property
    def work_s(self) -> float:
        """What the time knob is set to, in seconds; 0 if the scenario has none."""
        return self.kind.seconds_or_default(self.seconds)

    def fields(self) -> dict[str, Any]:
        """Return the values of its fields by name."""
        return {name: getattr(self, name) for name in FIELDS}


def parse_order(
    servers: Sequence[str], fields: Mapping[str, str], known_servers: Collection[str], quota: Quota
) -> Order:
    """Read a form's fields. `servers` is the repeated field; the rest are single. Raise OrderError."""
    chosen = _parse_servers(servers, known_servers)
    kind = _parse_scenario(fields.get("scenario", ""))
    route = _parse_via(fields.get("via", ""))
    quota = quota.share(len(chosen))
    most = min(quota.count, kind.most, *([quota.concurrency] if kind.together else []))
    count = _parse_count(fields, "count", default=1, most=most)
    concurrency = _parse_count(fields, "concurrency", default=min(count, quota.concurrency), most=quota.concurrency)
    order = Order(
        servers=chosen,
        scenario=kind.name,
        count=count,
        concurrency=count if kind.together else concurrency,
        seconds=_parse_seconds(fields, "seconds"),
        protocol=_parse_protocol(fields.get("protocol", ""), kind, route),
        leave=_parse_seconds(fields, "leave"),
        uninstrumented=_parse_uninstrumented(fields.get("uninstrumented", ""), route, quota),
        via=route.name if route else "",
    )
    if quota.run_s is not None and order.least_s > quota.run_s:
        raise OrderError(
            f"This order takes at least {order.least_s:.0f} s, and a run of the class may last {quota.run_s:.0f} s: "
            "fire fewer requests, shorter ones, or more at once."
        )
    return order


def _parse_servers(names: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    if not known:
        raise OrderError("This dashboard has no servers of its own: start it with `demo` instead of `watch`.")
    servers = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    if not servers:
        raise OrderError(f"No server was named: choose at least one of {', '.join(known)}.")
    for name in servers:
        if name not in known:
            raise OrderError(f"There is no server {abridge(name)}: choose from {', '.join(known)}.")
    return servers


def _parse_scenario(name: str) -> Scenario:
    kind = SCENARIOS.get(name.strip())
    if kind is None:
        raise OrderError(f"There is no scenario {abridge(name)}: choose from {', '.join(SCENARIOS)}.")
    return kind


def _parse_via(name: str) -> ProxyRoute | None:
    if not name.strip():
        return None
    route = ROUTES.get(name.strip())
    if route is None:
        choice = ", ".join(ROUTES)
        raise OrderError(f"There is no way through (via) {abridge(name)}: leave it out, or choose from {choice}.")
    return route


def _parse_count(fields: Mapping[str, str], field: str, *, default: int, most: int) -> int:
    text = fields.get(field, "").strip()
    if not text:
        return default
    try:
        return whole_number(text, most=most)
    except WholeNumberError as error:
        raise OrderError(f"{LABELS[field]} ({field}) is {error}") from error


def _parse_protocol(text: str, kind: Scenario, route: ProxyRoute | None) -> str:
    if kind.websocket:
        if text.strip() not in {"", PROTOCOLS[0], WEBSOCKET}:
            raise OrderError(f"{kind.name} is a WebSocket over HTTP/1.1: leave the version of HTTP (protocol) out.")
        return WEBSOCKET
    version = text.strip() or ("2" if route and route.tls else PROTOCOLS[0])
    if version not in PROTOCOLS:
        raise OrderError(f"The version of HTTP (protocol) is {abridge(text)}: expected {' or '.join(PROTOCOLS)}.")
    return version


def _parse_uninstrumented(text: str, route: ProxyRoute | None, quota: Quota) -> bool:
    word = text.strip()
    if word not in SWITCH:
        raise OrderError(f"The comparison (uninstrumented) is {abridge(text)}: expected on, or nothing.")
    if not SWITCH[word]:
        return False
    if not quota.uninstrumented:
        raise OrderError("Only the presenter can compare with a process without the instrument (uninstrumented).")
    if route:
        raise OrderError(
            f"The way through {route.name} leads to observed processes alone: leave out `via`, or `uninstrumented`."
        )
    return True


def _parse_seconds(fields: Mapping[str, str], field: str) -> float | None:
    text = fields.get(field, "")
    if not text.strip():
        return None
    try:
        # float() alone would take "1_0" and "٣".
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not 0 < value <= MAX_SECONDS:
        expected = f"a number above 0 and at most {MAX_SECONDS:g}, such as 0.5"
        raise OrderError(f"{LABELS[field]} ({field}) is {abridge(text)}: expected {expected}.")
    return value
