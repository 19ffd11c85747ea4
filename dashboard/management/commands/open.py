"""`manage.py open FILE`: imports a file of traces into a running dashboard and shows it in the browser."""

import webbrowser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.cli.address import usual_url
from dashboard.cli.api_client import RefusedError, dashboard_at

REFUSED = 2


class Command(BaseCommand):
    """The terminal's import."""

    help = "Import a file of traces into the running dashboard, print its address and open it in the browser."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file, and where and how it is shown."""
        parser.add_argument("file", type=Path, help="a file of traces, such as traces.jsonl or traces.json.gz")
        parser.add_argument("--url", default=usual_url(), help=f"the dashboard (default {usual_url()})")
        parser.add_argument("--no-browser", action="store_true", help="only print the address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with 0 when it was imported, with 2 when it was refused or the dashboard does not answer."""
        url = options["url"].rstrip("/")
        try:
            with dashboard_at(url) as dashboard:
                found = dashboard.upload("/recordings/import", options["file"])
        except RefusedError as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        notes = found["notes"]
        for note in notes if isinstance(notes, list) else ():
            self.stderr.write(str(note))
        address = f"{url}{found['url']}"
        self.stdout.write(address)
        if not options["no_browser"]:
            webbrowser.open(address)
