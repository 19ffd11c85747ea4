"""The supervisor: starts the servers, a few at the same time, and leaves no process behind at the end.

It lives in the dashboard's process and on its event loop; the page, the runner and `manage.py demo` call it.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from dashboard.fleet.entry import ServerEntry
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.managed_server import ManagedServer, Timeouts
from dashboard.fleet.nginx.log_listener import Address
from dashboard.fleet.preparation import listen, prepare
from dashboard.fleet.processes.process_tag import end_found, find_tagged, is_orphaned, new_tag
from dashboard.fleet.processes.reaper import Reaper
from dashboard.fleet.processes.roster import Roster
from dashboard.fleet.remote import RemoteServer
from dashboard.fleet.start_places import start_places
from dashboard.fleet.state import ServerState
from dashboard.fleet.table import SERVERS
from dashboard.fleet.uninstrumented import Uninstrumented
from dashboard.traces.losses import Losses
from dashboard.traces.span import Span

logger = logging.getLogger(__name__)

FIRST = ("gunicorn-sync", "uvicorn")
"""The two that the page shows first, so they are started first."""


class UnknownServerError(LookupError):
    """A name that is not in the table; the message lists those that are."""


class Fleet:
    """Every server of the table, by name. Call it from one event loop only: that of the dashboard.

    With `remote`, base URLs by name, it is those servers alone: they run elsewhere and are only watched, and at
    `access_log` it listens for the log of their nginx. At most `places` servers start at the same time.
    """

    def __init__(
        self,
        layout: FleetLayout | None = None,
        entries: Sequence[ServerEntry] = SERVERS,
        timeouts: Timeouts | None = None,
        remote: Mapping[str, str] | None = None,
        access_log: Address | None = None,
        *,
        places: int | None = None,
    ) -> None:
        self.on_change: list[Callable[[], None]] = []
        """Called after each change, on the loop; must be quick."""
        self.on_proxied: list[Callable[[Sequence[Span], Sequence[Losses]], None]] = []
        """Called with what a proxy of the fleet measured, on the loop; must be quick."""
        self._remote = remote or {}
        self._access_log = access_log
        self._entries = {entry.name: entry for entry in entries if not self._remote or entry.name in self._remote}
        self._timeouts = timeouts or Timeouts()
        self._tag = new_tag()
        self._reaper = Reaper(self._tag)
        self._swept = False
        self._preparing = asyncio.Lock()
        self._places = asyncio.Semaphore(places or start_places())
        self.use(layout or FleetLayout())

    def use(self, layout: FleetLayout, entries: Sequence[ServerEntry] | None = None) -> None:
        """Lay the fleet out like this, with other servers if any are given: it may have none.

        Raises RuntimeError once a server has been started.
        """
        if self._swept:
            raise RuntimeError("The fleet cannot move: its servers have been started.")
        self.layout = layout
        if entries is not None:
            self._entries = {entry.name: entry for entry in entries}
            self._remote = {}
        self._roster = Roster(layout.data)
        self._servers = {name: self._make_server(entry) for name, entry in self._entries.items()}
        self._uninstrumented = Uninstrumented(
            self.layout, self._make_managed, lambda entry: self.layout.environment_of(entry, self._tag)
        )

    @property
    def is_remote(self) -> bool:
        """Whether the servers run elsewhere."""
        return bool(self._remote)

    @property
    def reaper_pid(self) -> int | None:
        """The id of the process that ends the fleet if this one is killed; None before the first start."""
        return self._reaper.pid

    def entry(self, name: str) -> ServerEntry:
        """Return the table's entry. Raises UnknownServerError."""
        try:
            return self._entries[name]
        except KeyError:
            names = ", ".join(self._entries)
            raise UnknownServerError(f"There is no server called {name!r}. Choose from: {names}.") from None

    def state(self, name: str) -> ServerState:
        """Return what is known about one server now. Raises UnknownServerError."""
        return self._servers[self.entry(name).name].state

    def states(self) -> dict[str, ServerState]:
        """Return what is known about each server now, in the table's order."""
        return {name: server.state for name, server in self._servers.items()}

    async def start(self, name: str) -> ServerState:
        """Start a server unless it runs, after those that it uses; return when it answered or failed.

        Raises UnknownServerError.
        """
        return await self._start_in_turn(self.entry(name))

    async def _start_in_turn(self, entry: ServerEntry, *, unless_stopped: bool = False) -> ServerState:
        """Start a server when there is a place, which it keeps for its first attempt, and not for long.

        So one that crashes again and again, or hangs, holds up nobody.
        """
        server = self._servers[entry.name]
        environment = self.layout.environment_of(entry, self._tag)
        if self.is_remote or server.state.state == "running":
            return await server.start(environment)
        await self._prepare()
        for other in entry.beside:
            if other in self._entries:
                await self.start(other)
        async with self._places:
            if unless_stopped and server.state.state == "stopped":
                return server.state
            starting = asyncio.create_task(server.start(environment), name=f"start {entry.name}")
            await server.wait_until_tried(self._timeouts.place_s)
        return await starting

    async def start_uninstrumented(self, name: str, busy: Collection[str] = ()) -> ServerState:
        """Start a second process of a server, without the instrument, unless it runs; return when it answered.

        It may end again once others are asked for, unless it is the twin of one that is `busy`. Raises
        UnknownServerError; a fleet that runs elsewhere has none.
        """
        entry = self.entry(name)
        await self._prepare()
        return await self._uninstrumented.start(entry, busy)

    async def wait_until_settled(self, name: str, within_s: float) -> ServerState:
        """Return what is known about a server once it is no longer starting, or after this many seconds.

        Raises UnknownServerError.
        """
        return await self._servers[self.entry(name).name].wait_until_settled(within_s)

    async def stop(self, name: str) -> ServerState:
        """End a server and its workers; return when they are gone. Raises UnknownServerError."""
        self.entry(name)
        return await self._servers[name].stop()

    async def restart(self, name: str) -> ServerState:
        """Stop, then start. Raises UnknownServerError."""
        await self.stop(name)
        return await self.start(name)

    def kill_worker(self, name: str, busy: Collection[int] = ()) -> int:
        """Kill one worker of a server, preferably one of the `busy` processes, and return its process id.

        Raises UnknownServerError, and NoWorkerError when there is none to kill.
        """
        return self._servers[self.entry(name).name].kill_worker(busy)

    def in_order(self, names: Iterable[str] | None = None) -> list[str]:
        """Return the named servers in the order in which to start them; by default all that do not wait for an order.

        Raises UnknownServerError.
        """
        if names is None:
            names = [entry.name for entry in self._entries.values() if self.is_remote or not entry.on_demand]
        chosen = dict.fromkeys(self.entry(name).name for name in names)
        return sorted(chosen, key=lambda name: name not in FIRST)

    def expect(self, names: Iterable[str]) -> None:
        """Show these servers as starting until their turn comes. Raises UnknownServerError."""
        for name in names:
            self._servers[self.entry(name).name].expect()

    async def start_all(self, names: Iterable[str] | None = None) -> AsyncGenerator[ServerState, None]:
        """Start the named servers, or those of `in_order`, beside each other; yield each when it answered or failed.

        One that is stopped while it waits for its turn stays stopped.
        """
        chosen = self.in_order(names)
        self.expect(chosen)
        starting = [
            asyncio.create_task(self._start_in_turn(self.entry(name), unless_stopped=True), name=f"start {name}")
            for name in chosen
        ]
        try:
            for state in asyncio.as_completed(starting):
                yield await state
        finally:
            for task in starting:
                task.cancel()
            await asyncio.gather(*starting, return_exceptions=True)

    async def close(self) -> None:
        """End every server at the same time, then let the reaper go."""
        await asyncio.gather(self._uninstrumented.close(), *(server.stop() for server in self._servers.values()))
        await self._reaper.close()

    def _make_server(self, entry: ServerEntry) -> ManagedServer | RemoteServer:
        if self.is_remote:
            return RemoteServer(
                entry,
                url=self._remote[entry.name],
                prepare=partial(listen, entry, self._access_log, self._report),
                changed=self._announce,
            )
        return self._make_managed(entry)

    def _make_managed(self, entry: ServerEntry) -> ManagedServer:
        return ManagedServer(
            entry,
            self.layout,
            prepare=partial(prepare, entry, self.layout, self._report),
            timeouts=self._timeouts,
            started=partial(self._roster.add, self._tag),
            changed=self._announce,
        )

    async def _prepare(self) -> None:
        """Before the first start, end what a killed dashboard left behind, and start the reaper."""
        if self.is_remote:
            return
        async with self._preparing:
            if not self._swept:
                await asyncio.to_thread(self._end_orphans)
                self._swept = True
            await self._reaper.start()

    def _end_orphans(self) -> None:
        end_found(lambda: [*find_tagged(is_orphaned), *self._roster.find(is_orphaned)])
        with suppress(OSError):
            self._roster.forget(is_orphaned)

    def _report(self, spans: Sequence[Span], losses: Sequence[Losses]) -> None:
        for listener in self.on_proxied:
            listener(spans, losses)

    def _announce(self) -> None:
        for listener in self.on_change:
            try:
                listener()
            except Exception:
                # What shows the fleet must not be able to stop it.
                logger.exception("a listener of the fleet failed")
