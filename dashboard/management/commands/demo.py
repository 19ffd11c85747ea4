"""`manage.py demo`: the whole of Gatescope on this machine."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings

from dashboard.cli.address import host_setting, port_setting
from dashboard.cli.dashboard_command import DashboardCommand
from dashboard.fleet.layout import HIGHEST_DASHBOARD_PORT
from dashboard.fleet.remote_servers import find_problems
from dashboard.fleet.supervisor import UnknownServerError
from dashboard.services import fleet


class Command(DashboardCommand):
    """The dashboard with its fleet."""

    help = "Run the dashboard and the observed servers until Ctrl-C."
    highest_port = HIGHEST_DASHBOARD_PORT
    why_highest = ", since the servers take ports above it"

    @staticmethod
    def default_host() -> str:
        """Return what the environment says, also with HOST."""
        return os.environ.get("GATESCOPE_HOST") or os.environ.get("HOST") or host_setting()

    @staticmethod
    def default_port() -> str:
        """Return what the environment says, also with PORT."""
        return os.environ.get("GATESCOPE_PORT") or os.environ.get("PORT") or port_setting()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add where to listen, by default at HOST and PORT of the environment, and which servers to start."""
        super().add_arguments(parser)
        parser.add_argument("--only", metavar="NAME,NAME", help="start these servers and no others")

    def handle(self, **options: Any) -> None:
        """Run until the user ends it."""
        for problem in find_problems(settings.REMOTE_SERVERS):
            self.refuse(problem)
        layout = self.lay_out(options["host"], options["port"])
        names = self._names(options["only"])
        fleet.use(layout)
        self.serve(layout, names, no_otlp_ports=options["no_otlp_ports"])

    def _names(self, only: str | None) -> list[str]:
        if only is None:
            return fleet.in_order()
        try:
            names = fleet.in_order(name.strip() for name in only.split(",") if name.strip())
        except UnknownServerError as error:
            self.refuse(str(error))
        if not names:
            self.refuse("--only names no server: for example --only gunicorn-sync,uvicorn.")
        return names
