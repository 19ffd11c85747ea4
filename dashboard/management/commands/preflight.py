"""`manage.py preflight`: checks that every lesson can be carried out here, with a dry run of each."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.cli.address import usual_url
from dashboard.cli.api_client import Dashboard, RefusedError, dashboard_version
from dashboard.cli.attempts import carry_out
from dashboard.cli.preflight import Check, check_machine
from dashboard.cli.temporary_dashboard import any_dashboard
from dashboard.cli.terminal import BAD, GOOD, Cell, Heading, Row, Terminal
from dashboard.fleet.layout import HIGHEST_DASHBOARD_PORT, FleetLayout
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course
from dashboard.lessons.requirements import required_servers
from dashboard.lib.whole_number import WholeNumberError, whole_number

NOT_READY = 1
HEADINGS = [Heading(""), Heading("check"), Heading("what was found")]


class Command(BaseCommand):
    """Check everything before the class comes."""

    help = "Check that all lessons can be carried out here: programs, ports, clock, and a dry run of each."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add which dashboard to ask, and in which form to answer."""
        parser.add_argument("--url", default="", help=f"the dashboard (default {usual_url()}, or a temporary one)")
        parser.add_argument("--json", action="store_true", help="print the checks as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with 0 when every check is fine, else 1."""
        is_running = bool(options["url"]) or bool(dashboard_version(usual_url()))
        layout = _layout(os.environ.get("GATESCOPE_PORT") or os.environ.get("PORT", ""))
        terminal = Terminal(self.stdout, quiet=options["json"])
        checks: list[Check] = []
        for group in (check_machine(layout, is_running=is_running), _dry_runs(options["url"], terminal)):
            checks += group
            if not options["json"]:
                terminal.show_table(HEADINGS, map(_row, group))
        fine = all(check.fine for check in checks)
        if options["json"]:
            self.stdout.write(json.dumps({"fine": fine, "checks": [asdict(check) for check in checks]}, indent=2))
        elif fine:
            terminal.say("Everything is ready.", GOOD)
        else:
            terminal.say("Not everything is ready: see FAIL above.", BAD)
        if not fine:
            raise SystemExit(NOT_READY)


def _layout(port: str) -> FleetLayout:
    """Return where `make demo` would listen. Raise CommandError."""
    if not port:
        return FleetLayout()
    try:
        return FleetLayout(port=whole_number(port, most=HIGHEST_DASHBOARD_PORT))
    except WholeNumberError as error:
        raise CommandError(f"GATESCOPE_PORT or PORT is {error}") from error


def _row(check: Check) -> Row:
    return Cell("ok", GOOD) if check.fine else Cell("FAIL", BAD), check.name, check.said


def _dry_runs(url: str, terminal: Terminal) -> Sequence[Check]:
    lessons = course()
    names = list(dict.fromkeys(name for lesson in lessons for name in required_servers(lesson)))
    checks = []
    try:
        with (
            any_dashboard(url, names, terminal) as dashboard,
            terminal.progress("A dry run of each lesson") as advance,
        ):
            for number, lesson in enumerate(lessons):
                advance(number / len(lessons))
                checks.append(_dry_run(dashboard, lesson))
    except RefusedError as error:
        checks.append(Check("dashboard", False, str(error)))
    return checks


def _dry_run(dashboard: Dashboard, lesson: Lesson) -> Check:
    name = f"lesson {lesson.slug}"
    try:
        attempt = carry_out(dashboard, lesson, {"dry": "1"})
    except RefusedError as error:
        return Check(name, False, str(error))
    problems = list(filter(None, [attempt.error, *attempt.reasons]))
    return Check(name, not problems, " ".join(problems) or f"{lesson.title}: every server answered.")
