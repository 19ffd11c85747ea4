"""`manage.py watch`: the dashboard alone, for projects of one's own."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings

from dashboard.cli.run.leases import Leases
from dashboard.management.commands import demo


class Command(demo.Command):
    """The command `demo`, of which no server is started."""

    help = "Run the dashboard without its servers until Ctrl-C, for what other programs send."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add where to listen."""
        self.add_address(parser)
        parser.add_argument(
            "--ends-with-runs", action="store_true", help="end with the last `gatescope run` that uses this dashboard"
        )

    def handle(self, **options: Any) -> None:
        """Run until the user ends it, or the last run."""
        if options.pop("ends_with_runs"):
            self.shared_by = Leases(settings.DATA_DIR, self.port(options["port"]))
        super().handle(**options, only=None)

    def names(self, only: str | None) -> list[str]:
        """Return none: a server is started by the first request that is fired at it."""
        return []
