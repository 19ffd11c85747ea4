"""Everything on one machine, from the first line on the terminal to the last: what `manage.py demo` runs.

databases → dashboard → its URL → the shop's database → the servers, beside each other → Ctrl-C → no process left.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from io import StringIO
from types import FrameType
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError

from dashboard.access.addresses import is_loopback, names_of
from dashboard.access.keys import Keys
from dashboard.access.middleware import JOIN_PATH
from dashboard.access.roles import Access
from dashboard.fleet.entry import ROOT
from dashboard.fleet.layout import samples_folder_in
from dashboard.fleet.readiness import wait_until_answered
from dashboard.fleet.state import ServerState
from dashboard.fleet.supervisor import Fleet
from dashboard.lib.environment import for_servers

END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class DemoError(Exception):
    """The demo cannot go on; the message says why."""


class Demo:
    """One run of the demo on a fleet that knows its layout. `say` prints a line at once."""

    def __init__(self, fleet: Fleet, access: Access, names: Sequence[str], say: Callable[[str], None]) -> None:
        self._fleet = fleet
        self._access = access
        self._names = names
        self._say = say
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
            self._say("Preparing the dashboard ...")
            self._migrate()
            self._serve()
        except KeyboardInterrupt:
            # Before the dashboard was up there is nothing to end but ourselves.
            pass
        if self._failure:
            raise DemoError(self._failure)
        self._say("Gatescope has ended, and every server with it.")

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        """End the demo. Also remember it: an exception that is raised in the middle of an import may be lost."""
        self._interrupted = True
        raise KeyboardInterrupt

    def _migrate(self) -> None:
        try:
            call_command("check", stdout=StringIO())
            call_command("migrate", verbosity=0, interactive=False)
        except DatabaseError as error:
            database = settings.DATABASES["default"]["NAME"]
            raise DemoError(
                f"The database {database} cannot be used: {error}. Move it away, or choose another folder with "
                "GATESCOPE_DATA or another database with DATABASE_URL."
            ) from error

    def _require_keys(self) -> None:
        """Beyond loopback, let the page answer to its own names, and nobody in without a key.

        Behind a proxy it is the published address that counts.
        """
        host = settings.PUBLISHED_HOST or self._fleet.layout.host
        if not is_loopback(host):
            settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, *names_of(host)]
            self._access.keys = self._access.keys or Keys.from_environment()

    def _serve(self) -> None:
        # Not before Django is set up and the database is there.
        from dashboard.asgi import application
        from dashboard.server.daphne import PortTakenError, serve
        from dashboard.server.policy import DashboardPolicy

        layout = self._fleet.layout
        try:
            serve(application, layout.host, layout.port, self._begin, DashboardPolicy(self._access))
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
        opening = asyncio.create_task(self._open())
        try:
            await self._end.wait()
            self._say("Ending the servers ...")
        finally:
            opening.cancel()
            await asyncio.wait({opening})
            await self._fleet.close()
            _stop_serving()

    async def _open(self) -> None:
        """Bring the page up first, then what it shows."""
        try:
            layout = self._fleet.layout
            await wait_until_answered(layout.port, host=layout.local_host, path="/healthz")
            self._fleet.expect(self._names)
            self._welcome()
            if not self._fleet.is_remote:
                await _migrate_samples(self._fleet)
            async for state in self._fleet.start_all(self._names):
                self._say(_line(state))
        except DemoError as error:
            self._failure = str(error)
            self._end.set()

    def _welcome(self) -> None:
        """Say where the page is and, on a guarded dashboard, how the presenter and the class get in."""
        keys = self._access.keys
        url = self._address()
        if keys is None:
            self._say(f"Gatescope is ready: {url}/   (Ctrl-C ends it)")
            return
        self._say(f"Gatescope is ready: {url}/   (Ctrl-C ends it)")
        self._say(f"  Presenter: {url}{JOIN_PATH}?code={quote(keys.token)}")
        self._say(f"  Class:     {url}{JOIN_PATH}   join code {keys.join_code}")


def _with_host(url: str, host: str) -> str:
    return url


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


def _line(state: ServerState) -> str:
    """Return a server's line for the terminal."""
    return f"  {state.name:<17} {state.state:<8} {state.url if state.state == 'running' else state.reason}"
