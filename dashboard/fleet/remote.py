"""Watches one server that runs elsewhere, in a container or on another machine; it is never started from here.

    asked → answered a request → running → its port is closed → failed, and asked again

This also goes for nginx: its log comes to the address of GATESCOPE_ACCESS_LOG, a datagram for each request.
"""

import asyncio
import socket
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import replace
from urllib.parse import urlsplit

from dashboard.fleet.entry import ServerEntry
from dashboard.fleet.errors import ConfigurationError
from dashboard.fleet.processes.workers import NoWorkerError
from dashboard.fleet.readiness import ANY_STATUS, SUCCESS, ask, connect, describe_refusal, ping
from dashboard.fleet.state import ServerState, StateName

CHECK_EVERY_S = 1.0
ANSWER_S = 10.0
"""How long one check may take; a server that is busy with a lesson answers late."""


class RemoteServer:
    """Has the methods of `ManagedServer`, but `start` starts watching and `stop` stops watching.

    `prepare` holds what we need while we watch and may raise ConfigurationError.
    """

    def __init__(
        self,
        entry: ServerEntry,
        *,
        url: str,
        prepare: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
        changed: Callable[[], None],
    ) -> None:
        parts = urlsplit(url)
        self._tls = entry.tls
        self._wanted = ANY_STATUS if entry.interface == "proxy" else SUCCESS
        self._prepare = prepare
        self._host, self._port = parts.hostname or "", parts.port or 0
        self._changed = changed
        self._watching: asyncio.Task[None] | None = None
        self._settled = asyncio.Event()
        """Set once the server was checked."""
        self._state = ServerState(
            name=entry.name,
            title=entry.title,
            interface=entry.interface,
            state="starting",
            url=url,
            reason="It has not been checked yet.",
            pid=None,
            command=(),
            log_lines=(),
            restarts=0,
            remote=True,
        )

    @property
    def state(self) -> ServerState:
        """What the last check found."""
        return self._state

    def expect(self) -> None:
        """Start watching; all servers are watched at the same time."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch(), name=f"watch {self._state.name}")

    async def wait_until_settled(self, within_s: float) -> ServerState:
        """Return what is known once the server was checked, or after this many seconds."""
        self.expect()
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._settled.wait()
        return self.state

    async def start(self, _environment: Mapping[str, str]) -> ServerState:
        """Watch the server; return when it was checked for the first time."""
        return await self.wait_until_settled(2 * ANSWER_S)

    async def wait_until_tried(self, within_s: float) -> None:
        """Return once the server was checked, or after this many seconds."""
        await self.wait_until_settled(within_s)

    async def stop(self) -> ServerState:
        """Stop watching. The server itself does not notice."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching})
            self._watching = None
        return self.state

    def kill_worker(self, _busy: Collection[int]) -> int:
        """Raise NoWorkerError: processes elsewhere are out of our reach."""
        raise NoWorkerError(f"{self._state.name} runs elsewhere, at {self._state.url}: kill its worker there.")

    async def _watch(self) -> None:
        try:
            async with self._prepare():
                await self._check_forever()
        except ConfigurationError as error:
            self._become("failed", str(error))

    async def _check_forever(self) -> None:
        while True:
            reason = await self._check()
            self._become("failed" if reason else "running", reason)
            await asyncio.sleep(CHECK_EVERY_S)

    async def _check(self) -> str:
        """Say in one sentence why the server is not up; return "" when it is.

        One that has answered counts as up while its port is open: repeated requests would join the very queue that
        the lessons are about.
        """
        try:
            async with asyncio.timeout(ANSWER_S):
                if self._state.state == "running":
                    await connect(self._host, self._port)
                elif self._state.interface == "store":
                    await ping(self._host, self._port)
                elif (status := await ask(self._host, self._port, tls=self._tls)) not in self._wanted:
                    return describe_refusal(status)
        except TimeoutError:
            return f"It does not answer at {self._state.url} within {ANSWER_S:g} s."
        except (OSError, EOFError) as error:
            return f"It cannot be reached at {self._state.url} ({_why(error)}): start it there."
        return ""

    def _become(self, state: StateName, reason: str) -> None:
        self._settled.set()
        if (state, reason) != (self._state.state, self._state.reason):
            self._state = replace(self._state, state=state, reason=reason)
            self._changed()


def _why(error: OSError | EOFError) -> str:
    match error:
        case ConnectionRefusedError():
            return "nobody listens"
        case EOFError():
            return "its answer is not what was expected"
        case socket.gaierror():
            return "there is no such host"
        case _:
            return str(error)
