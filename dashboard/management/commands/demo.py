"""`manage.py demo`: the whole of Gatescope on this machine."""

import os
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand

from dashboard.cli.demo import Demo, DemoError
from dashboard.fleet import ports
from dashboard.fleet.layout import HIGHEST_DASHBOARD_PORT, FleetLayout
from dashboard.fleet.remote_servers import find_problems
from dashboard.fleet.supervisor import UnknownServerError
from dashboard.interchange.forwarding import forwards_to_itself
from dashboard.lib.printable import printable, printable_lines
from dashboard.lib.text import abridge
from dashboard.lib.whole_number import WholeNumberError, whole_number
from dashboard.services import access, fleet

WRONG_USE = 2
"""Exit status when the options cannot be used."""


class Command(BaseCommand):
    """Parses and checks the options; every refusal is one sentence and exit status 2."""

    help = "Run the dashboard and the observed servers until Ctrl-C."
    # Since Django 6 checks use the database; the demo runs them where it can say what is wrong with it.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add where to listen, by default at HOST and PORT of the environment, and which servers to start."""
        default = FleetLayout()
        parser.add_argument("--host", default=os.environ.get("HOST") or default.host)
        # As text, so that a wrong one from the environment gets the same message.
        parser.add_argument("--port", default=os.environ.get("PORT") or str(default.port))
        parser.add_argument("--only", metavar="NAME,NAME", help="start these servers and no others")
        parser.add_argument(
            "--no-otlp-ports",
            action="store_true",
            help="do not listen where OpenTelemetry looks by default (GATESCOPE_OTLP_PORTS=0 does the same)",
        )

    def handle(self, **options: Any) -> None:
        """Run until the user ends it."""
        for problem in find_problems(settings.REMOTE_SERVERS):
            self._refuse(problem)
        layout = FleetLayout(options["host"], self._port(options["port"]), settings.DATA_DIR)
        names = self._names(options["only"])
        if refusal := ports.why_taken(layout.host, layout.port):
            self._refuse(f"{refusal} Choose another address with HOST and PORT, or --host and --port.")
        fleet.use(layout)
        otlp_ports = None if options["no_otlp_ports"] else settings.OTLP_PORTS
        if forwards_to_itself(settings.FORWARD_URL, {layout.port, *(otlp_ports or ())}):
            self._refuse(
                f"GATESCOPE_FORWARD={settings.FORWARD_URL} is this dashboard's own port: name the backend's, or "
                "leave the port to it with --no-otlp-ports."
            )
        try:
            Demo(fleet, access, names, self._say, otlp_ports=otlp_ports).run()
        except DemoError as error:
            self._leave(str(error), 1)

    def _port(self, text: str) -> int:
        try:
            return whole_number(text, most=HIGHEST_DASHBOARD_PORT)
        except WholeNumberError:
            self._refuse(
                f"The port must be a number from 1 to {HIGHEST_DASHBOARD_PORT}, since the servers take ports "
                f"above it, not {abridge(text)}."
            )

    def _names(self, only: str | None) -> list[str]:
        if only is None:
            return fleet.in_order()
        try:
            names = fleet.in_order(name.strip() for name in only.split(",") if name.strip())
        except UnknownServerError as error:
            self._refuse(str(error))
        if not names:
            self._refuse("--only names no server: for example --only gunicorn-sync,uvicorn.")
        return names

    def _say(self, line: str) -> None:
        self.stdout.write(printable(line))
        self.stdout.flush()

    def _refuse(self, sentence: str) -> NoReturn:
        self._leave(sentence, WRONG_USE)

    def _leave(self, sentence: str, status: int) -> NoReturn:
        self.stderr.write(printable_lines(sentence))
        raise SystemExit(status)
