"""An order is what somebody wants fired: parsed once from a form, then trusted by the runner.

Only names from the tables and bounded numbers get through; every refusal is one sentence that says what to do.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct

from dashboard.fleet.nginx.routes import ROUTES, ProxyRoute
from dashboard.lib.text import abridge
from dashboard.lib.whole_number import WholeNumberError, whole_number
from dashboard.runs.scenarios import SCENARIOS, Scenario

MAX_SECONDS = 30.0
WEBSOCKET = "websocket"
PROTOCOLS = ("1.1", "2")
"""Versions of HTTP that we can speak; whether a server does is seen when it is fired at."""
WORDS = {
    "count": "The number of requests (count)",
    "concurrency": "The number at once (concurrency)",
    "seconds": "The time (seconds)",
    "leave": "The time after which the client leaves (leave)",
}
"""How the page calls a field, and how scripts call it."""


class OrderFields(Struct, frozen=True, kw_only=True):
    """What an order says beside its servers, by the names that forms, the terminal and a run's JSON use.

    A field with a default may be missing in the database: it was added later.
    """

    scenario: str
    count: int
    concurrency: int
    seconds: float | None = None
    via: str = ""
    protocol: str = PROTOCOLS[0]
    leave: float | None = None


FIELDS = OrderFields.__struct_fields__


class OrderError(ValueError):
    """The order cannot be fired; the message says what was expected, what came and what to do."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much one person may fire: requests a run and requests at once, each per server."""

    count: int
    concurrency: int


PRESENTER = Allowance(count=1000, concurrency=1000)
CLASS_MEMBER = Allowance(count=100, concurrency=20)


@dataclass(frozen=True, slots=True)
class Order:
    """`count` requests of a scenario at each server, at most `concurrency` of them at once."""

    servers: tuple[str, ...]
    scenario: Scenario
    count: int
    concurrency: int
    seconds: float | None
    protocol: str = "1.1"
    leave: float | None = None
    """The client leaves after so many seconds, answered or not."""
    via: ProxyRoute | None = None
    """The way through a proxy; None fires at the servers themselves."""

    @property
    def path(self) -> str:
        return self.scenario.path(self.seconds)

    @property
    def timeout_s(self) -> float:
        return self.scenario.timeout_s(self.seconds, self.count)

    @property
    def all_served_s(self) -> float:
        """How long a server that takes one request at a time is busy with them all, in seconds."""
        return self.scenario.all_served_s(self.seconds, self.count)

    @property
    def work_s(self) -> float:
        """What the time knob is set to, in seconds; 0 if the scenario has none."""
        return self.scenario.seconds_or_default(self.seconds)

    @property
    def fields(self) -> OrderFields:
        """Its fields as forms and JSON name them."""
        return OrderFields(
            scenario=self.scenario.name,
            count=self.count,
            concurrency=self.concurrency,
            seconds=self.seconds,
            via=self.via.name if self.via else "",
            protocol=self.protocol,
            leave=self.leave,
        )


def parse_order(
    servers: Sequence[str], fields: Mapping[str, str], known_servers: Collection[str], allowance: Allowance
) -> Order:
    """Read a form's fields. `servers` is the repeated field; the rest are single. Raises OrderError."""
    chosen = _servers(servers, known_servers)
    scenario = _scenario(fields.get("scenario", ""))
    via = _via(fields.get("via", ""))
    most = min(allowance.count, scenario.most, *([allowance.concurrency] if scenario.together else []))
    count = _whole_number(fields, "count", default=1, most=most)
    concurrency = _whole_number(
        fields, "concurrency", default=min(count, allowance.concurrency), most=allowance.concurrency
    )
    return Order(
        servers=chosen,
        scenario=scenario,
        count=count,
        concurrency=count if scenario.together else concurrency,
        seconds=_seconds(fields, "seconds"),
        protocol=_protocol(fields.get("protocol", ""), scenario, via),
        leave=_seconds(fields, "leave"),
        via=via,
    )


def _servers(names: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    if not chosen:
        raise OrderError(f"No server was named: choose at least one of {', '.join(known)}.")
    for name in chosen:
        if name not in known:
            raise OrderError(f"There is no server {abridge(name)}: choose from {', '.join(known)}.")
    return chosen


def _scenario(name: str) -> Scenario:
    scenario = SCENARIOS.get(name.strip())
    if scenario is None:
        raise OrderError(f"There is no scenario {abridge(name)}: choose from {', '.join(SCENARIOS)}.")
    return scenario


def _via(name: str) -> ProxyRoute | None:
    if not name.strip():
        return None
    way = ROUTES.get(name.strip())
    if way is None:
        raise OrderError(
            f"There is no way through (via) {abridge(name)}: leave it out, or choose from {', '.join(ROUTES)}."
        )
    return way


def _whole_number(fields: Mapping[str, str], field: str, *, default: int, most: int) -> int:
    text = fields.get(field, "").strip()
    if not text:
        return default
    try:
        return whole_number(text, most=most)
    except WholeNumberError as error:
        raise OrderError(f"{WORDS[field]} is {error}") from error


def _protocol(text: str, scenario: Scenario, via: ProxyRoute | None) -> str:
    if scenario.websocket:
        if text.strip() not in {"", PROTOCOLS[0], WEBSOCKET}:
            raise OrderError(
                f"{scenario.name} is a WebSocket over HTTP/1.1: leave the version of HTTP (protocol) out."
            )
        return WEBSOCKET
    version = text.strip() or ("2" if via and via.tls else PROTOCOLS[0])
    if version not in PROTOCOLS:
        raise OrderError(f"The version of HTTP (protocol) is {abridge(text)}: expected {' or '.join(PROTOCOLS)}.")
    return version


def _seconds(fields: Mapping[str, str], field: str) -> float | None:
    text = fields.get(field, "")
    if not text.strip():
        return None
    try:
        # float() alone would take "1_0" and "٣".
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not 0 < value <= MAX_SECONDS:
        raise OrderError(
            f"{WORDS[field]} is {abridge(text)}: expected a number above 0 and at most {MAX_SECONDS:g}, such as 0.5."
        )
    return value
