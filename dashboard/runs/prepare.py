"""Makes the servers of an order ready, and says where each is reached: between the order and the runner.

Every order comes through here, whether from the page, a script or a lesson.
"""

from collections.abc import Collection
from enum import Enum, auto

from dashboard.fleet.entry import OBSERVED, ServerEntry
from dashboard.fleet.supervisor import Fleet
from dashboard.fleet.uninstrumented import MOST_AT_ONCE
from dashboard.runs.orders import Order
from dashboard.runs.target import Target

START_WITHIN_S = 30.0
PROXY = "nginx"
"""The server of the fleet that all routes lead through."""


class IncompatibleOrderError(ValueError):
    """The order and a server do not go together, whatever its state; the message says what to do."""


class ServerNotUpError(Exception):
    """A server that the order needs is not up; the message says which, why and what to do."""


def known_servers(fleet: Fleet) -> list[str]:
    """Return every server that can be fired at: a proxy is a route to one, and a store has no application."""
    return [name for name, state in fleet.states().items() if state.interface in OBSERVED]


class Start(Enum):
    """Which servers an order may start."""

    NONE = auto()
    """It has to do with those that run: whoever gave it starts no server."""
    ON_DEMAND = auto()
    """Those that wait for their first order."""
    STOPPED = auto()
    """Those that somebody stopped, too."""


async def ensure_servers_up(fleet: Fleet, order: Order, start: Start = Start.ON_DEMAND) -> dict[str, Target]:
    """Wait until all that the order needs is up. Return where each of its servers is reached, by its route.

    Raise IncompatibleOrderError and ServerNotUpError.
    """
    for server in order.servers:
        _check_fit(fleet.entry(server), order)
    if order.route and PROXY not in fleet.states():
        raise ServerNotUpError(f"{PROXY} is not part of this fleet: leave `via` out.")
    for name in _needed_servers(fleet, order):
        await _bring_up(fleet, name, start)
    return _targets(fleet, order)


def _check_fit(entry: ServerEntry, order: Order) -> None:
    if not entry.answers(order.scenario):
        names = ", ".join(entry.scenarios)
        sentence = f"{entry.name} has no scenario {order.scenario!r}: choose from {names}, or another server."
        raise IncompatibleOrderError(sentence)
    if order.route and entry.tls:
        sentence = f"{entry.name} speaks TLS itself, so nginx does not stand in front of it: leave `via` out."
        raise IncompatibleOrderError(sentence)


def _needed_servers(fleet: Fleet, order: Order) -> list[str]:
    """Return which servers must be up before the order is fired, in the order in which to start them.

    A view that calls a service answers 502 without it, so the service comes first. Behind a proxy, a missing server
    is reported by the proxy, and that answer should be seen; one that waits for its first order is not missing.
    """
    used = [name for server in order.servers for name in fleet.entry(server).beside if name in fleet.states()]
    called = [name for name in order.kind.calls if name in known_servers(fleet)]
    if order.route is None:
        return [*used, *called, *order.servers]
    return [*used, *called, PROXY, *(name for name in order.servers if fleet.entry(name).on_demand)]


async def _bring_up(fleet: Fleet, server: str, start: Start) -> None:
    """Start a server if the order may, and wait until it is up. Raise ServerNotUpError.

    One that failed is tried again: what made it fail, such as a port that was taken, may be gone.
    """
    may_start = start is Start.STOPPED or (start is Start.ON_DEMAND and fleet.entry(server).on_demand)
    if may_start and fleet.state(server).state in {"stopped", "failed"}:
        await fleet.start(server)
    state = await fleet.wait_until_settled(server, START_WITHIN_S)
    if state.state != "running" and start is Start.NONE:
        raise ServerNotUpError(f"{server} is not running: the presenter can start it.")
    if state.state != "running":
        advice = "start it in the servers panel." if state.state == "stopped" else state.reason
        verb = "has" if state.state == "failed" else "is"
        raise ServerNotUpError(f"{server} {verb} {state.state}: {advice}")


async def ensure_uninstrumented_up(fleet: Fleet, order: Order, busy: Collection[str]) -> dict[str, Target]:
    """Have a process without the instrument for each server of the order, if it asks for them; return where they are.

    None of the servers in `busy` loses its own. Raise IncompatibleOrderError and ServerNotUpError.
    """
    if not order.uninstrumented:
        return {}
    if fleet.is_remote:
        raise IncompatibleOrderError(
            "These servers run elsewhere, where no second process can be started: leave `uninstrumented` out."
        )
    if len(order.servers) > MOST_AT_ONCE:
        raise IncompatibleOrderError(
            f"{len(order.servers)} servers are too many to compare with processes without the instrument "
            f"(`uninstrumented`): choose at most {MOST_AT_ONCE}."
        )
    found = {}
    for server in order.servers:
        state = await fleet.start_uninstrumented(server, {*busy, *order.servers})
        if state.state != "running":
            raise ServerNotUpError(f"{state.title}, cannot be compared with ({state.state}): {state.reason}")
        found[server] = Target.of_url(state.url)
    return found


def _targets(fleet: Fleet, order: Order) -> dict[str, Target]:
    if order.route is None:
        return {server: Target.of_url(fleet.state(server).url) for server in order.servers}
    proxy = Target.of_url(fleet.state(PROXY).url)
    ports = fleet.entry(PROXY).ports_from(proxy.port)
    return {server: Target.of_url(order.route.url(server, ports), proxy.host) for server in order.servers}
