"""`manage.py open FILE`: imports a file of traces into a running dashboard and shows it in the browser."""

import json
import webbrowser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.cli.address import usual_url
from dashboard.cli.api_client import RefusedError, dashboard_at
from dashboard.cli.terminal import Terminal
from dashboard.lib.printable import printable, printable_lines

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
        parser.add_argument("--json", action="store_true", help="print address and notes as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with 0 when it was imported, with 2 when it was refused or the dashboard does not answer."""
        url = options["url"].rstrip("/")
        try:
            with (
                Terminal(self.stdout, quiet=options["json"]).progress(f"Reading {options['file'].name}"),
                dashboard_at(url) as dashboard,
            ):
                found = dashboard.upload("/recordings/import", options["file"])
        except RefusedError as error:
            self._refuse(str(error), as_json=options["json"])
        notes = found["notes"] if isinstance(found["notes"], list) else []
        address = f"{url}{found['url']}"
        if options["json"]:
            self.stdout.write(json.dumps({"url": address, "notes": notes}))
        else:
            for note in notes:
                self.stderr.write(printable(str(note)))
            self.stdout.write(printable(address))
        if not options["no_browser"]:
            webbrowser.open(address)

    def _refuse(self, sentence: str, *, as_json: bool) -> NoReturn:
        if not as_json:
            raise CommandError(printable_lines(sentence), returncode=REFUSED)
        self.stdout.write(json.dumps({"error": sentence}))
        raise SystemExit(REFUSED)
