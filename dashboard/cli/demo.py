"""Everything on one machine, from the first line on the terminal to the last: what `demo` and `watch` run.

databases → dashboard → its URL → the shop's database → the servers, beside each other → Ctrl-C → no process left.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from io import StringIO
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, OperationalError

from dashboard.access.addresses import is_loopback, is_unspecified, names_of
from dashboard.access.keys import SEND_KEY_FILE, Keys
from dashboard.access.permissions import JOIN_PATH
from dashboard.access.roles import Access
from dashboard.cli.dashboard_report import DashboardReport, Welcome
from dashboard.cli.run.leases import ENDS_WITH_RUNS, Leases
from dashboard.fleet.layout import samples_folder_in
from dashboard.fleet.readiness import wait_until_answered
from dashboard.fleet.supervisor import Fleet
from dashboard.lib.environment import for_servers
from dashboard.lib.installation import ROOT
from dashboard.lib.printable import printable

if TYPE_CHECKING:
    from dashboard.server.otlp_ports import OtlpPorts

DATABASE_WITHIN_S = 30.0
"""How long a database elsewhere may take to start before it counts as absent."""
DATABASE_RETRY_S = 0.5
LOOK_FOR_RUNS_EVERY_S = 1.0
END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class DemoError(Exception):
    """The demo cannot go on; the message says why."""


class Demo:
    """One run of the dashboard on a fleet that knows its layout and may be empty."""

    def __init__(
        self,
        fleet: Fleet,
        access: Access,
        names: Sequence[str],
        report: DashboardReport,
        *,
        otlp_ports: tuple[int, int] | None = None,
    ) -> None:
        self._fleet = fleet
        self._otlp_ports = otlp_ports
        self._access = access
        self._names = names
        self._report = report
        self._main: asyncio.Task[None] | None = None
        self._end = asyncio.Event()
        self._failure = ""
        self._interrupted = False

    def run(self) -> None:
        """Run until Ctrl-C or SIGTERM. Raises DemoError when something was missing on the way."""
        for number in END_SIGNALS:
            signal.signal(number, self._interrupt)
        self._require_keys()
        try:
            self._report.preparing()
            self._migrate()
            self._serve()
        except KeyboardInterrupt:
            # Before the dashboard was up there is nothing to end but ourselves.
            pass
        finally:
            self._report.close()
        if self._failure:
            raise DemoError(self._failure)
        self._report.ended(with_servers=self._has_servers)

    @property
    def _has_servers(self) -> bool:
        return bool(self._fleet.states())

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        """End the demo. Also remember it: an exception that is raised in the middle of an import may be lost."""
        self._interrupted = True
        raise KeyboardInterrupt

    def _migrate(self) -> None:
        give_up = time.monotonic() + DATABASE_WITHIN_S
        while True:
            try:
                call_command("check", stdout=StringIO())
                call_command("migrate", verbosity=0, interactive=False)
            except DatabaseError as error:
                is_starting = isinstance(error, OperationalError) and not _is_file()
                if not is_starting or time.monotonic() > give_up:
                    raise DemoError(_describe(error)) from error
                time.sleep(DATABASE_RETRY_S)
            else:
                return

    def _require_keys(self) -> None:
        """Beyond loopback, let the page answer to its own names, and nobody in without a key.

        Behind a proxy it is the published address that counts.
        """
        host = settings.PUBLISHED_HOST or self._fleet.layout.host
        if not is_loopback(host):
            settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, *names_of(host)]
            self._access.keys = self._access.keys or Keys.from_environment(settings.DATA_DIR)

    def _serve(self) -> None:
        # Not before Django is set up and the database is there.
        from dashboard.asgi import application
        from dashboard.server.daphne import PortTakenError, serve
        from dashboard.server.policy import DashboardPolicy
        from dashboard.services import ingest

        layout = self._fleet.layout
        try:
            serve(application, layout.host, layout.port, self._begin, DashboardPolicy(self._access, ingest))
        except PortTakenError as error:
            raise DemoError(str(error)) from error

    def _begin(self) -> None:
        """Go on, now that the dashboard listens: from here on everything happens on its event loop."""
        self._main = asyncio.get_event_loop().create_task(self._run_servers())

    async def _run_servers(self) -> None:
        for number in END_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._end.set)
        if self._interrupted:
            self._end.set()
        otlp = _otlp(self._fleet.layout.host, self._otlp_ports, self._access)
        opening = asyncio.create_task(self._open(otlp))
        watching = asyncio.create_task(self._end_with_the_last_run())
        try:
            await self._end.wait()
            self._report.ending(with_servers=self._has_servers)
        finally:
            opening.cancel()
            watching.cancel()
            await asyncio.wait({opening, watching})
            if otlp:
                await otlp.close()
            await self._fleet.close()
            _stop_serving()

    async def _end_with_the_last_run(self) -> None:
        """End the dashboard soon after the last `gatescope run` that uses it, if it was one that started it."""
        leases = Leases(settings.DATA_DIR, self._fleet.layout.port)
        while os.environ.get(ENDS_WITH_RUNS) and not self._end.is_set():
            await asyncio.sleep(LOOK_FOR_RUNS_EVERY_S)
            if await asyncio.to_thread(leases.give_up_dashboard):
                self._end.set()

    async def _open(self, otlp: "OtlpPorts | None") -> None:
        """Bring the page up first, then what it shows."""
        try:
            layout = self._fleet.layout
            await wait_until_answered(layout.port, host=layout.local_host, path="/healthz")
            self._fleet.expect(self._names)
            self._report.ready(self._welcome())
            if otlp:
                for line in await otlp.open():
                    self._report.note(line)
            if self._has_servers and not self._fleet.is_remote:
                await _migrate_samples(self._fleet)
            self._report.starting(self._names)
            async for state in self._fleet.start_all(self._names):
                if not self._fleet.is_remote or state.state == "running":
                    self._report.started(state)
            self._report.all_started()
            self._say_who_is_away()
        except DemoError as error:
            self._failure = str(error)
            self._end.set()

    def _say_who_is_away(self) -> None:
        """Name the servers elsewhere that are not up yet: one line, since at the first start that is all of them."""
        states = self._fleet.states().values() if self._fleet.is_remote else ()
        if away := [state.name for state in states if state.state != "running"]:
            self._report.note(f"  Not up yet, and shown as soon as they are: {', '.join(away)}")

    def _address(self) -> str:
        """Return where people reach the page; behind a proxy that is where the proxy is published."""
        layout, host = self._fleet.layout, settings.PUBLISHED_HOST
        if not host:
            return layout.dashboard_url if is_loopback(layout.host) else _url(names_of(layout.host)[0], layout.port)
        port = settings.PUBLISHED_PORT or layout.port
        if not is_unspecified(host):
            return _url(names_of(host)[0], port)
        # On all addresses of a machine that we cannot look at from in here: it is for its owner to name one.
        return _url(next(iter(settings.PUBLISHED_NAMES), "THIS-MACHINE"), port)

    def _welcome(self) -> Welcome:
        keys, url = self._access.keys, self._address()
        if keys is None:
            return Welcome(url)
        return Welcome(
            url,
            presenter_url=f"{url}{JOIN_PATH}?code={quote(keys.token)}",
            join_url=f"{url}{JOIN_PATH}",
            join_code=keys.join_code,
            send_key=_where_send_key_is(),
        )


def _where_send_key_is() -> str:
    return "as set here" if os.environ.get("GATESCOPE_SEND_KEY") else f"kept in {settings.DATA_DIR / SEND_KEY_FILE}"


def _url(host: str, port: int | str) -> str:
    return f"http://{host}:{port}"


def _is_file() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3")


def _describe(error: DatabaseError) -> str:
    """Say why the database cannot be used, and what to do."""
    database = settings.DATABASES["default"]
    reason = printable(" ".join(str(error).split()))
    if _is_file():
        return (
            f"The database {database['NAME']} cannot be used: {reason}. Move it away, or choose another folder with "
            "GATESCOPE_DATA or another database with DATABASE_URL."
        )
    return (
        f"The database {database['NAME']} at {database.get('HOST') or 'this machine'} cannot be used: {reason}. "
        "Start it, or see DATABASE_URL."
    )


def _otlp(host: str, ports: tuple[int, int] | None, access: Access) -> "OtlpPorts | None":
    """Return the two further ports of the receiver, if there shall be any."""
    if ports is None:
        return None
    from dashboard.asgi import otlp
    from dashboard.server.otlp_ports import OtlpAddress, OtlpPorts
    from dashboard.services import ingest

    return OtlpPorts(OtlpAddress(host, *ports), otlp, ingest, access)


async def _migrate_samples(fleet: Fleet) -> None:
    """Bring the observed shop's database up to date: in a process of its own, since it has its own settings."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "django", "migrate", "--settings", "samples.settings", "--verbosity", "0"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={
            **for_servers(os.environ),
            "GATESCOPE_DATA": str(samples_folder_in(fleet.layout.data)),
            "GATESCOPE_DISABLED": "1",
        },
        cwd=ROOT,
    )
    try:
        printed, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        lines = printed.decode("utf-8", "replace").strip().splitlines() or ["it printed nothing"]
        raise DemoError(f"The shop's database cannot be prepared: {lines[-1]}")


def _stop_serving() -> None:
    # Imported here, since the first import chooses the reactor and that is Daphne's to do.
    from twisted.internet import reactor

    reactor.stop()  # type: ignore[misc]
