"""`manage.py serve NAME`: one observed server alone, for a container or another machine; no dashboard.

The dashboard that shows it names it in GATESCOPE_SERVERS; GATESCOPE_ENDPOINT says where its spans go.
"""

import os
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand

from dashboard.fleet.entry import ROOT, ServerEntry
from dashboard.fleet.place import observed_environment
from dashboard.fleet.table import SERVERS

WRONG_USE = 2
HIGHEST_PORT = 65_535


class Command(BaseCommand):
    """Becomes the server: this process is replaced, so that signals and exit status are the server's own."""

    help = "Run one server of the table by itself, as in a container."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen. A container says 0.0.0.0, since nobody else is in its network namespace."""
        parser.add_argument("server", help="a server of the table, such as uvicorn")
        parser.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1")
        parser.add_argument("--port", default="8000", help="default 8000")

    def handle(self, **options: Any) -> None:
        """Prepare the sample's database, then serve until ended."""
        entry = self._entry(options["server"])
        command = entry.command_on(self._port(options["port"]), host=options["host"])
        environment = observed_environment(entry.name, settings.DATA_DIR)
        if token := os.environ.get("GATESCOPE_TOKEN"):
            # A dashboard on another machine asks for it; one on this machine does not, so there it stays away.
            environment["GATESCOPE_TOKEN"] = token
        migrate = (sys.executable, "-m", "django", "migrate", "--verbosity", "0")
        if subprocess.run(migrate, env=environment, cwd=ROOT, check=False).returncode:  # noqa: S603 - our own words
            self._refuse("The sample's database cannot be prepared: see above.")
        os.chdir(ROOT)
        os.execve(command[0], command, environment)  # noqa: S606 - a shell would stand between us and our signals

    def _entry(self, name: str) -> ServerEntry:
        # What the others need around them, a configuration or a certificate, is the supervisor's to make.
        entries = {entry.name: entry for entry in SERVERS if not entry.configured_by and not entry.tls}
        if name not in entries:
            self._refuse(f"There is no server called {name!r}. Choose from: {', '.join(entries)}.")
        if reason := entries[name].missing():
            self._refuse(reason)
        return entries[name]

    def _port(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= HIGHEST_PORT):
            self._refuse(f"The port must be a number from 1 to {HIGHEST_PORT}, not {text!r}.")
        return int(text)

    def _refuse(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        raise SystemExit(WRONG_USE)
