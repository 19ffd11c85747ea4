"""Makes the servers of an order ready, and says where each is reached: between the order and the runner.

Whoever fires, page, script or lesson, comes through here.
"""

from collections.abc import Collection

from dashboard.fleet.current import fleet
from dashboard.fleet.entry import OBSERVED
from dashboard.runs.orders import Order
from dashboard.runs.target import Target

START_WITHIN_S = 30.0
PROXY = "nginx"
"""The server of the fleet that all ways lead through."""


class UnfitError(ValueError):
    """The order and a server do not go together, whatever its state; the message says what to do."""


class NotUpError(Exception):
    """A server that the order needs is not up; the message says which, why and what to do."""


def known_servers() -> list[str]:
    """Every server that can be fired at: a proxy is a way to one, and a store has no application."""
    return [name for name, state in fleet.states().items() if state.interface in OBSERVED]


async def launch(order: Order, *, start_stopped: bool = False) -> dict[str, Target]:
    """Wait until all that the order needs is up; where each of its servers is reached, the way that the order goes.

    Servers on demand are started, with `start_stopped` also those that somebody stopped. Raises UnfitError and
    NotUpError.
    """
    for server in order.servers:
        _check_fit(order, server)
    if order.via and PROXY not in fleet.states():
        raise NotUpError(f"{PROXY} is no part of this fleet: leave `via` out.")
    for name in _needed(order, known_servers()):
        await _bring_up(name, start_stopped=start_stopped)
    return _targets(order)


def _check_fit(order: Order, server: str) -> None:
    entry = fleet.entry(server)
    if not entry.answers(order.scenario.name):
        names = ", ".join(entry.scenarios)
        raise UnfitError(f"{server} has no scenario {order.scenario.name!r}: choose from {names}, or another server.")
    if order.via and entry.tls:
        raise UnfitError(f"{server} speaks TLS itself, so nginx does not stand in front of it: leave `via` out.")


def _needed(order: Order, servers: Collection[str]) -> list[str]:
    """Which servers must be up before the order is fired.

    A view that calls a service answers 502 without it, so the service comes first. Behind a proxy a server that is
    away is the proxy's to tell of, and that answer is what shall be seen; one that waits for its first order is not
    away.
    """
    used = [name for server in order.servers for name in fleet.entry(server).beside if name in fleet.states()]
    called = [name for name in order.scenario.calls if name in servers]
    if order.via is None:
        return [*used, *called, *order.servers]
    return [*used, *called, PROXY, *(name for name in order.servers if fleet.entry(name).on_demand)]


async def _bring_up(server: str, *, start_stopped: bool) -> None:
    """Start one on demand and wait for its start. Raises NotUpError.

    One that failed is tried again: what made it fail, such as a port that was taken, may be gone.
    """
    if (start_stopped or fleet.entry(server).on_demand) and fleet.state(server).state in {"stopped", "failed"}:
        await fleet.start(server)
    state = await fleet.wait_until_settled(server, START_WITHIN_S)
    if state.state != "running":
        advice = "start it in the fleet panel." if state.state == "stopped" else state.reason
        verb = "has" if state.state == "failed" else "is"
        raise NotUpError(f"{server} {verb} {state.state}: {advice}")


def _targets(order: Order) -> dict[str, Target]:
    if order.via is None:
        return {server: Target.of_url(fleet.state(server).url) for server in order.servers}
    proxy = Target.of_url(fleet.state(PROXY).url)
    ports = fleet.entry(PROXY).ports_from(proxy.port)
    return {server: Target.of_url(order.via.url(server, ports), proxy.host) for server in order.servers}
