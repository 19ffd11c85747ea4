"""Second processes of the fleet's servers that have no instrument, so that what it costs can be measured.

Same program, workers, threads and settings, but nothing in it is observed. They are started when an order asks for
them, on ports that are free, and end with the fleet.
"""

import asyncio
import socket
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from dashboard.fleet.commands import ASGI_APP, WSGI_APP
from dashboard.fleet.entry import ServerEntry
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.managed_server import ManagedServer
from dashboard.fleet.readiness import ask
from dashboard.fleet.state import ServerState

MOST_AT_ONCE = 6
"""How many run at the same time; for one more, the one that was asked for longest ago has to end."""
WARM_UP, WARM_UP_ROUNDS = 10, 2
"""Requests at once that a new one answers before it is measured: the observed process is not new either."""
WATCHED_APPLICATION, BARE_APPLICATION = ":application", ":app"
"""What the samples outside Django call their application with its probe and without."""

DJANGO_MODULES = (WSGI_APP.removesuffix(WATCHED_APPLICATION), ASGI_APP.removesuffix(WATCHED_APPLICATION))
"""A Django project has its instrument in its settings, and one application."""

MakeServer = Callable[[ServerEntry], ManagedServer]


class Uninstrumented:
    """The processes without an instrument, by the name of the server that each is the twin of.

    `make_server` makes one of an entry, `environment_of` its environment.
    """

    def __init__(
        self,
        layout: FleetLayout,
        make_server: MakeServer,
        environment_of: Callable[[ServerEntry], Mapping[str, str]],
    ) -> None:
        self._layout = layout
        self._make_server = make_server
        self._environment_of = environment_of
        self._servers: dict[str, ManagedServer] = {}
        """Those that may run, the one that was asked for longest ago first."""
        self._one_command = asyncio.Lock()

    async def start(self, entry: ServerEntry, busy: Collection[str] = ()) -> ServerState:
        """Start the twin of a server unless it runs; return when it answered or failed.

        Those of `busy` servers are not ended for it.
        """
        async with self._one_command:
            if (known := self._servers.pop(entry.name, None)) and known.state.state == "running":
                self._servers[entry.name] = known
                return known.state
            if known:
                await known.stop()
            await self._make_room(busy)
            twin = uninstrumented_twin(entry, _free_port(), self._layout)
            server = self._servers[entry.name] = self._make_server(twin)
            state = await server.start(self._environment_of(twin))
            if state.state == "running":
                await _warm_up(self._layout.port_of(twin), tls=twin.tls)
            return state

    async def close(self) -> None:
        """End them all."""
        async with self._one_command:
            await asyncio.gather(*(server.stop() for server in self._servers.values()))
            self._servers.clear()

    async def _make_room(self, busy: Collection[str]) -> None:
        idle = [name for name in self._servers if name not in busy]
        while len(self._servers) >= MOST_AT_ONCE and idle:
            await self._servers.pop(idle.pop(0)).stop()


def uninstrumented_twin(entry: ServerEntry, port: int, layout: FleetLayout) -> ServerEntry:
    """Return the entry of a process that differs from `entry` in nothing but its ports and the missing instrument."""
    offset = entry.port_offset + port - layout.port_of(entry)
    return replace(
        entry,
        name=f"{entry.name}-uninstrumented",
        title=f"{entry.title}, without the instrument",
        command=tuple(_without_probe(word) for word in entry.command),
        port_offset=offset,
        more_port_offsets=tuple(offset + _free_port() - port for _ in entry.more_port_offsets),
        instrumented=False,
    )


def _without_probe(word: str) -> str:
    """Return a word of a command line, with the application in place of the one with its probe."""
    module, found, rest = word.partition(WATCHED_APPLICATION)
    is_bare = found and not rest and module not in DJANGO_MODULES
    return f"{module}{BARE_APPLICATION}" if is_bare else word


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _warm_up(port: int, *, tls: bool) -> None:
    for _ in range(WARM_UP_ROUNDS):
        await asyncio.gather(*(ask("127.0.0.1", port, tls=tls) for _ in range(WARM_UP)), return_exceptions=True)
