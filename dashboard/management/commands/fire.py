"""`manage.py fire SERVER SCENARIO`: asks a running dashboard to fire, waits and prints what was measured."""

import json
import time
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.cli.address import usual_url
from dashboard.cli.api_client import Dashboard, RefusedError, dashboard_at
from dashboard.cli.run_report import show_run
from dashboard.cli.terminal import Advance, Terminal
from dashboard.lib.printable import printable_lines
from dashboard.runs.orders import FIELDS
from dashboard.runs.results import RunResult
from dashboard.types import JsonObject

POLL_EVERY_S = 0.1
REFUSED = 2


class Command(BaseCommand):
    """The terminal's Fire button."""

    help = "Fire requests at a server of the running dashboard and print what was measured."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the fields of an order; the dashboard checks them, since it knows its servers and scenarios."""
        parser.add_argument("server", help="a server of the fleet, such as uvicorn")
        parser.add_argument("scenario", help="a scenario, such as wait-async")
        parser.add_argument("--count", default="1", help="how many requests (default 1)")
        parser.add_argument("--concurrency", default="", help="how many at once (default: all of them)")
        parser.add_argument("--seconds", default="", help="the scenario's time knob, in seconds")
        parser.add_argument("--protocol", default="", help="the version of HTTP: 1.1 (default) or 2")
        parser.add_argument("--leave", default="", help="the client leaves after so many seconds")
        parser.add_argument("--via", default="", help="a proxy in front, such as nginx")
        parser.add_argument(
            "--uninstrumented",
            action="store_const",
            const="on",
            default="",
            help="fire the same at a second process without the instrument, and compare",
        )
        parser.add_argument("--url", default=usual_url(), help=f"the dashboard (default {usual_url()})")
        parser.add_argument("--json", action="store_true", help="print the run as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with 0 when the run ended, with 2 when it was refused or the dashboard does not answer."""
        # Bytes of the command line that are not text would not fit into a form.
        fields = {name: options[name].encode("utf-8", "replace").decode() for name in ("server", *FIELDS)}
        terminal = Terminal(self.stdout, quiet=options["json"])
        try:
            with terminal.progress("Firing") as advance:
                run, notice = _fire(options["url"], fields, advance)
        except RefusedError as error:
            if not options["json"]:
                raise CommandError(str(error), returncode=REFUSED) from error
            self.stdout.write(json.dumps({"error": str(error)}))
            raise SystemExit(REFUSED) from error
        if notice:
            self.stderr.write(printable_lines(notice))
        if options["json"]:
            self.stdout.write(json.dumps(msgspec.to_builtins(run), indent=2))
        else:
            show_run(terminal, run)


def _fire(url: str, fields: dict[str, str], advance: Advance) -> tuple[RunResult, str]:
    """Return the finished run, and what the dashboard says does not work as configured. Raise RefusedError."""
    with dashboard_at(url) as dashboard:
        run = _follow(dashboard, _read(dashboard.post("/runs", fields)), advance)
        return run, str(dashboard.get("/healthz")["notice"])


def _follow(dashboard: Dashboard, run: RunResult, advance: Advance) -> RunResult:
    """Return the run as it ended. Ctrl-C also stops it on the dashboard, so that nobody has to wait for it."""
    try:
        while run.state != "done":
            time.sleep(POLL_EVERY_S)
            run = _read(dashboard.get(f"/runs/{run.id}"))
            done = sum(len(server.requests) for server in run.servers.values())
            advance(done / max(1, run.count * len(run.servers)))
    except KeyboardInterrupt:
        dashboard.post(f"/runs/{run.id}/stop")
        raise
    return run


def _read(data: JsonObject) -> RunResult:
    try:
        return msgspec.convert(data, RunResult)
    except msgspec.ValidationError as error:
        raise RefusedError(f"The dashboard is of another version than this command ({error}).") from error
