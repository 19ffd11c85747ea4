"""`manage.py watch`: the dashboard alone, for services that send to it; it starts no server."""

from typing import Any

from dashboard.cli.address import HIGHEST_PORT
from dashboard.cli.dashboard_command import DashboardCommand
from dashboard.services import fleet


class Command(DashboardCommand):
    """The dashboard without a fleet."""

    help = "Run the dashboard alone, without servers of its own, until Ctrl-C: for your own services."
    highest_port = HIGHEST_PORT

    def handle(self, **options: Any) -> None:
        """Run until the user ends it."""
        layout = self.lay_out(options["host"], options["port"])
        fleet.use(layout, entries=())
        self.serve(layout, [], no_otlp_ports=options["no_otlp_ports"])
