"""Holds one server of this machine in the state that was asked for last.

    start → port free? → process → answered a request well → running; a crash leads back to the start, with back-off

From outside in: `_supervise` never raises, `_restart_after_crashes` runs the server again and again, `_run_once`
prepares for one run, `_run_process` owns the process of that run, and `_follow` waits for its answer and its end.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, replace

from dashboard.fleet import ports
from dashboard.fleet.entry import ServerEntry
from dashboard.fleet.errors import ConfigurationError
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.log_tail import LogTail
from dashboard.fleet.processes.server_process import ServerProcess
from dashboard.fleet.processes.workers import NoWorkerError, kill_one
from dashboard.fleet.readiness import ANY_STATUS, BrokenApplicationError, wait_until_answered, wait_until_pong
from dashboard.fleet.state import ServerState, StateName

logger = logging.getLogger(__name__)

PUBLISH_LOG_S = 0.5
"""How long lines are gathered before a change is announced."""
RELEASE_S = 1.5
"""How long a killed process may take to release its port."""
LOOK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for what, in seconds."""

    ready_s: float = 30.0
    """From the start of the process to its first answer."""
    place_s: float = 5.0
    """How long a server may keep a place among those that start."""
    term_s: float = 3.0
    """From SIGTERM to SIGKILL."""
    back_off_s: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0)
    """Before each restart after a crash; as many as there are restarts before we give up."""
    steady_s: float = 60.0
    """After running this long, a crash counts as the first one."""


class _CannotStartError(Exception):
    """Another attempt would not help; the message says why."""


class ManagedServer:
    """Starts, watches and stops one server. Call all methods on the event loop that first called `start`.

    `prepare` holds what the server needs around its process and may raise ConfigurationError; `started` is called
    with the id of each process, `changed` after each change of the state.
    """

    def __init__(
        self,
        entry: ServerEntry,
        layout: FleetLayout,
        *,
        prepare: Callable[[], AbstractAsyncContextManager[None]],
        timeouts: Timeouts,
        started: Callable[[int], None],
        changed: Callable[[], None],
    ) -> None:
        self._entry = entry
        self._ports = layout.ports_of(entry)
        self._folder = layout.folder_of(entry)
        self._prepare = prepare
        self._timeouts = timeouts
        self._started = started
        self._changed = changed
        self._log = LogTail()
        self._log_timer: asyncio.TimerHandle | None = None
        self._supervision: asyncio.Task[None] | None = None
        self._settled = asyncio.Event()
        """Set unless the server is starting."""
        self._settled.set()
        self._tried = asyncio.Event()
        """Set once the first attempt to start it is over."""
        self._one_command = asyncio.Lock()
        self._state = _initial_state(entry, layout)

    @property
    def state(self) -> ServerState:
        """What is known now."""
        return replace(self._state, log_lines=self._log.lines())

    def expect(self) -> None:
        """Show the server as starting: its turn will come."""
        if self._state.state == "stopped":
            self._settled.clear()
            self._become("starting", "It waits for its turn.")

    async def wait_until_settled(self, within_s: float) -> ServerState:
        """Return what is known once the server is no longer starting, or after this many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._settled.wait()
        return self.state

    async def wait_until_tried(self, within_s: float) -> None:
        """Return once the first attempt to start it succeeded or failed, or after this many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._tried.wait()

    async def start(self, environment: Mapping[str, str]) -> ServerState:
        """Start the server unless it runs or starts; return when it has answered or cannot be expected to."""
        if self._state.state == "missing":
            return self.state
        async with self._one_command:
            if self._supervision is None or self._supervision.done():
                self._settled.clear()
                self._tried.clear()
                self._become("starting", restarts=0)
                self._supervision = asyncio.create_task(
                    self._supervise(environment), name=f"supervise {self._entry.name}"
                )
        await self._settled.wait()
        return self.state

    async def stop(self) -> ServerState:
        """End the server and its workers; return when they are gone."""
        async with self._one_command:
            if self._supervision is not None:
                # Not `await`: that would pass our own cancellation on and cut its clean-up short.
                self._supervision.cancel()
                await asyncio.wait({self._supervision})
                self._supervision = None
            if self._state.state != "missing":
                self._become("stopped", restarts=0)
        return self.state

    def kill_worker(self, busy: Collection[int]) -> int:
        """Kill one worker process, as `workers.kill_one` does; whether another one follows is the server's business.

        Raises NoWorkerError.
        """
        if self._state.state != "running" or self._state.pid is None:
            raise NoWorkerError(f"{self._entry.name} is {self._state.state}: it has no worker to kill.")
        pid = kill_one(self._state.pid, busy)
        sentence = f"Process {pid} was killed, as the presenter asked."
        self._printed(f"Gatescope: {sentence}\n".encode())
        self._become("running", sentence, pid=self._state.pid, restarts=self._state.restarts)
        return pid

    async def _supervise(self, environment: Mapping[str, str]) -> None:
        """Keep the server running; an unexpected error makes it a failed one, not one that starts for ever."""
        try:
            await self._restart_after_crashes(environment)
        except Exception:
            logger.exception("%s could not be supervised", self._entry.name)
            self._become("failed", "The dashboard could not supervise it; see the dashboard's log.")

    async def _restart_after_crashes(self, environment: Mapping[str, str]) -> None:
        """Run the server, and after each crash run it again, until it cannot start or has crashed too often."""
        restarts = 0
        while True:
            began = time.monotonic()
            try:
                crash = await self._run_once(environment)
            except _CannotStartError as reason:
                self._become("failed", str(reason))
                return
            if time.monotonic() - began > self._timeouts.steady_s:
                restarts = 0
            if restarts == len(self._timeouts.back_off_s):
                self._become("failed", f"{crash} It was started {restarts + 1} times; see its last log lines.")
                return
            pause_s = self._timeouts.back_off_s[restarts]
            restarts += 1
            self._settled.clear()
            self._become("starting", f"{crash} Restart {restarts} in {pause_s:g} s.", restarts=restarts)
            await asyncio.sleep(pause_s)

    async def _run_once(self, environment: Mapping[str, str]) -> str:
        """Prepare and run the server until it ends by itself; return one sentence about its end.

        Raises _CannotStartError.
        """
        for port in self._ports:
            if taken := await _why_taken(port):
                raise _CannotStartError(f"{taken} End that program, or start Gatescope with another PORT.")
        try:
            async with self._prepare():
                return await self._run_process(environment)
        except ConfigurationError as error:
            raise _CannotStartError(str(error)) from error

    async def _run_process(self, environment: Mapping[str, str]) -> str:
        """Start the process, follow it, and end it with its workers, whatever happens."""
        try:
            process = await ServerProcess.spawn(
                self._state.command, environment, self._folder, self._printed, self._timeouts.term_s
            )
        except OSError as error:
            raise _CannotStartError(f"{self._state.command[0]} cannot be run: {error.strerror}.") from error
        try:
            self._note(process.pid)
            self._become("starting", self._state.reason, pid=process.pid, restarts=self._state.restarts)
            return await self._follow(process)
        finally:
            await process.end()

    async def _follow(self, process: ServerProcess) -> str:
        """Wait for the first answer, then for the end; return one sentence about the end."""
        exited = asyncio.create_task(process.wait())
        ready = asyncio.create_task(self._wait_until_ready())
        try:
            await asyncio.wait({exited, ready}, timeout=self._timeouts.ready_s, return_when=asyncio.FIRST_COMPLETED)
            if not exited.done() and not ready.done():
                return f"It did not answer within {self._timeouts.ready_s:g} s."
            if not exited.done():
                _raise_if_broken(ready)
                self._become("running", pid=process.pid, restarts=self._state.restarts)
            return _describe_exit(await exited)
        finally:
            for task in (exited, ready):
                task.cancel()
            await asyncio.wait({exited, ready})

    async def _wait_until_ready(self) -> None:
        match self._entry.interface:
            case "store":
                await wait_until_pong(self._ports[0])
            case "proxy":
                await wait_until_answered(self._ports[0], tls=self._entry.tls, wanted=ANY_STATUS)
            case _:
                await wait_until_answered(self._ports[0], tls=self._entry.tls)

    def _note(self, pid: int) -> None:
        try:
            self._started(pid)
        except OSError as error:  # a full disk keeps no server from running
            logger.warning("%s cannot be remembered: %s", self._entry.name, error)

    def _become(
        self, state: StateName, reason: str = "", *, pid: int | None = None, restarts: int | None = None
    ) -> None:
        count = self._state.restarts if restarts is None else restarts
        self._state = replace(self._state, state=state, reason=reason, pid=pid, restarts=count)
        if state != "starting":
            self._settled.set()
        if state != "starting" or count:
            self._tried.set()
        self._changed()

    def _printed(self, data: bytes) -> None:
        self._log.feed(data)
        if self._log_timer is None:
            loop = asyncio.get_running_loop()
            self._log_timer = loop.call_later(PUBLISH_LOG_S, self._publish_log)

    def _publish_log(self) -> None:
        self._log_timer = None
        self._changed()


def _initial_state(entry: ServerEntry, layout: FleetLayout) -> ServerState:
    missing = entry.why_missing()
    return ServerState(
        name=entry.name,
        title=entry.title,
        interface=entry.interface,
        state="missing" if missing else "stopped",
        url=layout.url_of(entry),
        reason=missing or ("Fire starts it." if entry.on_demand else ""),
        pid=None,
        command=layout.command_of(entry),
        log_lines=(),
        restarts=0,
    )


def _raise_if_broken(ready: asyncio.Task[None]) -> None:
    if isinstance(error := ready.exception(), BrokenApplicationError):
        raise _CannotStartError(str(error)) from error


def _describe_exit(status: int) -> str:
    return f"It was ended by signal {-status}." if status < 0 else f"It exited with status {status}."


async def _why_taken(port: int) -> str:
    """Say why a port is taken; "" when it is free. A server killed a moment ago may still have to release it."""
    for _ in range(round(RELEASE_S / LOOK_EVERY_S)):
        if not await asyncio.to_thread(ports.why_taken, "127.0.0.1", port):
            return ""
        await asyncio.sleep(LOOK_EVERY_S)
    return await asyncio.to_thread(ports.why_taken, "127.0.0.1", port)
