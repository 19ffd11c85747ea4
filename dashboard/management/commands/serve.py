"""`manage.py serve NAME`: one observed server alone, for a container or another machine; no dashboard.

The dashboard that shows it lists it in GATESCOPE_SERVERS; GATESCOPE_ENDPOINT says where its spans go. nginx reads
GATESCOPE_SERVERS, too, for the servers behind it, and GATESCOPE_ACCESS_LOG_TO for the receivers of its access log.
"""

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand

from dashboard.fleet import certificate
from dashboard.fleet.entry import OBSERVED, ServerEntry
from dashboard.fleet.errors import ConfigurationError
from dashboard.fleet.layout import observed_environment
from dashboard.fleet.nginx.log_relay import start_relay
from dashboard.fleet.remote_servers import find_problems
from dashboard.fleet.standalone import Neighbours, prepare_alone
from dashboard.fleet.table import SERVERS
from dashboard.lib.installation import ROOT
from dashboard.lib.text import abridge
from dashboard.lib.whole_number import WholeNumberError, whole_number

WRONG_USE = 2
KEPT_BACK = (
    "GATESCOPE_TOKEN is the presenter's, so the server does not get it: set GATESCOPE_SEND_KEY to the dashboard's "
    "key for sending."
)
HIGHEST_PORT = 65_535


class Command(BaseCommand):
    """Replaces this process by the server, so that signals and exit status are the server's own."""

    help = "Run one server of the table by itself, as in a container."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the server and where it listens. A container uses 0.0.0.0: nobody else is in its network namespace."""
        parser.add_argument("server", help="a server of the table, such as uvicorn")
        parser.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1")
        parser.add_argument("--port", default="8000", help="default 8000")

    def handle(self, **options: Any) -> None:
        """Prepare what the server needs, then become the server."""
        for problem in find_problems(settings.REMOTE_SERVERS):
            self._refuse(problem)
        entry = self._entry(options["server"])
        host, port = options["host"], self._port(options["port"], entry)
        data: Path = settings.DATA_DIR
        self._prepare(entry, host, port, data)
        environment = observed_environment(entry, data)
        if os.environ.get("GATESCOPE_TOKEN") and not os.environ.get("GATESCOPE_SEND_KEY"):
            self.stderr.write(KEPT_BACK)
        if entry.interface in OBSERVED:
            self._migrate(environment)
        folder = entry.folder_in(data)
        command = entry.command_on(port, folder=folder, tls=certificate.folder_in(data), host=host)
        os.chdir(folder)
        os.execvpe(command[0], command, environment)  # noqa: S606 - a shell would keep our signals from the server

    def _entry(self, name: str) -> ServerEntry:
        entries = {entry.name: entry for entry in SERVERS}
        if name not in entries:
            self._refuse(f"There is no server called {name!r}. Choose from: {', '.join(entries)}.")
        if reason := entries[name].why_missing():
            self._refuse(reason)
        return entries[name]

    def _port(self, text: str, entry: ServerEntry) -> int:
        """Return the port that was asked for; the further ports of a server are above or below it."""
        try:
            ports = entry.ports_from(whole_number(text, most=HIGHEST_PORT))
        except WholeNumberError:
            ports = (0,)
        if not all(1 <= port <= HIGHEST_PORT for port in ports):
            further = "" if len(ports) == 1 else f", and so must its further ones: {', '.join(map(str, ports[1:]))}"
            self._refuse(f"The port must be a number from 1 to {HIGHEST_PORT}, not {abridge(text)}{further}.")
        return ports[0]

    def _prepare(self, entry: ServerEntry, host: str, port: int, data: Path) -> None:
        try:
            logs = settings.ACCESS_LOG_TO
            if logs and entry.configured_by == "nginx":
                logs = [start_relay(logs)]
            prepare_alone(entry, host, port, data, Neighbours(settings.REMOTE_SERVERS, logs))
        except ConfigurationError as error:
            self._refuse(str(error))
        except OSError as error:
            self._refuse(f"{error.filename} cannot be used ({error.strerror}): see GATESCOPE_DATA.")

    def _migrate(self, environment: Mapping[str, str]) -> None:
        migrate = (sys.executable, "-m", "django", "migrate", "--verbosity", "0")
        if subprocess.run(migrate, env=environment, cwd=ROOT, check=False).returncode:  # noqa: S603 - our own command
            self._refuse("The sample's database cannot be prepared: see above.")

    def _refuse(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        raise SystemExit(WRONG_USE)
