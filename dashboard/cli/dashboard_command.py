"""What `demo` and `watch` share: where the dashboard listens, and one sentence with exit status 2 where it cannot."""

import json
from argparse import ArgumentParser
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand

from dashboard.cli.address import host_setting, port_setting
from dashboard.cli.api_client import dashboard_version
from dashboard.cli.dashboard_report import ReportForPeople, ReportForPrograms
from dashboard.cli.demo import Demo, DemoError
from dashboard.fleet import ports
from dashboard.fleet.layout import FleetLayout
from dashboard.interchange.forwarding import forwards_to_itself
from dashboard.lib.printable import printable_lines
from dashboard.lib.text import abridge
from dashboard.lib.whole_number import WholeNumberError, whole_number
from dashboard.services import access, fleet

ADVICE = "Choose another address with --host and --port, or GATESCOPE_HOST and GATESCOPE_PORT."
WRONG_USE = 2
"""Exit status when the options cannot be used."""
ANSWERS_WITHIN_S = 3.0
"""How long what holds our port may take to say what it is."""


class DashboardCommand(BaseCommand):
    """Parses and checks the options; every refusal is one sentence and exit status 2."""

    # Since Django 6 checks use the database; the dashboard runs them where it can say what is wrong with it.
    requires_system_checks = ()

    highest_port: ClassVar[int]
    why_highest: ClassVar[str] = ""
    """Continues the sentence about a port that is too high."""
    default_host = staticmethod(host_setting)
    default_port = staticmethod(port_setting)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add where to listen."""
        parser.add_argument("--host", default=self.default_host())
        # As text, so that a wrong one from the environment gets the same message.
        parser.add_argument("--port", default=self.default_port())
        parser.add_argument("--json", action="store_true", help="print each event as a line of JSON")
        parser.add_argument(
            "--no-otlp-ports",
            action="store_true",
            help="do not listen where OpenTelemetry looks by default (GATESCOPE_OTLP_PORTS=0 does the same)",
        )

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command, and refuse in the form that was asked for."""
        self._as_json = options["json"]
        return super().execute(*args, **options)

    def lay_out(self, host: str, port: str) -> FleetLayout:
        """Return where the dashboard will listen. Refuse what cannot be, such as a port that is taken."""
        layout = FleetLayout(host, self._port(port), settings.DATA_DIR)
        if refusal := ports.why_taken(layout.host, layout.port):
            self.refuse(f"{_say_who_answers(layout) or refusal} {ADVICE}")
        return layout

    def serve(self, layout: FleetLayout, names: list[str], *, no_otlp_ports: bool) -> None:
        """Run the dashboard and these servers until the user ends it."""
        report = (ReportForPrograms if self._as_json else ReportForPeople)(self.stdout)
        otlp_ports = None if no_otlp_ports else settings.OTLP_PORTS
        if forwards_to_itself(settings.FORWARD_URL, {layout.port, *(otlp_ports or ())}):
            self.refuse(
                f"GATESCOPE_FORWARD={settings.FORWARD_URL} is this dashboard's own port: name the backend's, or "
                "leave the port to it with --no-otlp-ports."
            )
        try:
            Demo(fleet, access, names, report, otlp_ports=otlp_ports).run()
        except DemoError as error:
            self._leave(str(error), 1)

    def refuse(self, sentence: str) -> NoReturn:
        """Leave with this sentence."""
        self._leave(sentence, WRONG_USE)

    def _port(self, text: str) -> int:
        try:
            return whole_number(text, most=self.highest_port)
        except WholeNumberError:
            self.refuse(
                f"The port must be a number from 1 to {self.highest_port}{self.why_highest}, not {abridge(text)}."
            )

    def _leave(self, sentence: str, status: int) -> NoReturn:
        if self._as_json:
            self.stdout.write(json.dumps({"error": sentence}))
        else:
            self.stderr.write(printable_lines(sentence))
        raise SystemExit(status)


def _say_who_answers(layout: FleetLayout) -> str:
    """Say in one sentence that a dashboard is there already; return "" where another program is."""
    version = dashboard_version(layout.dashboard_url, ANSWERS_WITHIN_S)
    return f"A dashboard (Gatescope {version}) already runs at {layout.dashboard_url}." if version else ""
