"""`manage.py lesson N`: a lesson without a browser, and what was measured beside what was expected."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from dashboard.cli.api_client import DEFAULT_URL, Dashboard, RefusedError, dashboard_at
from dashboard.cli.lesson_report import report, table
from dashboard.cli.temporary_dashboard import running_or_temporary
from dashboard.lessons.attempt import Attempt
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course
from dashboard.lessons.requirements import needs

ALL = "all"
LOOK_EVERY_S = 0.2
DIFFERS = 1
REFUSED = 2


class Command(BaseCommand):
    """The terminal's way through the course."""

    help = (
        "Carry out a lesson, or all of them, and compare what was measured with what is expected. Exit status 1 when "
        "something does not hold."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The lesson's number, and how often."""
        parser.add_argument("lesson", help="the number of a lesson, or all")
        parser.add_argument("--repeat", default="1", help="how many rounds (default 1); the median counts")
        parser.add_argument("--json", action="store_true", help="print what was measured as JSON")
        parser.add_argument("--report", default="", help="also write a report to this file, in Markdown")
        parser.add_argument(
            "--url", default="", help=f"the dashboard (default {DEFAULT_URL}, else one of its own for that long)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0 when everything holds, 1 when something does not, 2 when it cannot be carried out."""
        self._json = options["json"]
        lessons = self._chosen(options["lesson"])
        self._expect_writable(options["report"])
        names = list(dict.fromkeys(name for lesson in lessons for name in needs(lesson)))
        attempts: list[dict[str, Any]] = []
        try:
            with running_or_temporary(options["url"], names) as url, dashboard_at(url) as dashboard:
                for lesson in lessons:
                    attempt = self._attempted(dashboard, lesson, options["repeat"], alone=len(lessons) == 1)
                    attempts.append(attempt)
                    self._show(attempt)
        except RefusedError as error:
            self._refuse(str(error))
        finally:
            if options["report"] and attempts:
                self._write(options["report"], report(attempts))
        if self._json:
            self.stdout.write(json.dumps(attempts if options["lesson"] == ALL else attempts[0], indent=2))
        if not all(attempt["holds"] for attempt in attempts):
            raise SystemExit(DIFFERS)

    def _chosen(self, text: str) -> Sequence[Lesson]:
        if text == ALL:
            return course()
        found = [lesson for lesson in course() if lesson.slug == text]
        if not found:
            self._refuse(
                f"There is no lesson {text!r}: choose from {', '.join(one.slug for one in course())}, or all."
            )
        return found

    def _expect_writable(self, path: str) -> None:
        """Before all lessons are measured for a report that could not be written."""
        if path and Path(path).is_dir():
            self._refuse(f"--report is {path!r}, a folder: name a file in it.")
        if path and not Path(path).parent.is_dir():
            self._refuse(f"--report is {path!r}, but there is no folder {str(Path(path).parent)!r}: make it first.")

    def _write(self, path: str, text: str) -> None:
        try:
            Path(path).write_text(text, encoding="utf-8")
        except OSError as error:
            self._refuse(f"The report could not be written to {path!r} ({error.strerror}): name another file.")

    def _attempted(self, dashboard: Dashboard, lesson: Lesson, repeat: str, *, alone: bool) -> dict[str, Any]:
        """The attempt at its end. Of many lessons one that cannot begin is told of; alone it is refused."""
        try:
            return self._carried_out(dashboard, lesson, repeat)
        except RefusedError as error:
            if alone:
                raise
            return Attempt(lesson, repeat=0, state="failed", error=str(error)).as_json() | {"holds": False}

    def _carried_out(self, dashboard: Dashboard, lesson: Lesson, repeat: str) -> dict[str, Any]:
        """The attempt at its end, whatever that was. Raises RefusedError when it cannot begin."""
        attempt = dashboard.post(f"/lessons/{lesson.slug}/attempts", {"repeat": repeat})
        try:
            while attempt["state"] == "running":
                time.sleep(LOOK_EVERY_S)
                attempt = dashboard.get(f"/attempts/{attempt['id']}")
        except KeyboardInterrupt:
            dashboard.post(f"/attempts/{attempt['id']}/stop")
            raise
        return attempt

    def _show(self, attempt: dict[str, Any]) -> None:
        if not self._json:
            self.stdout.write(table(attempt))
            self.stdout.flush()

    def _refuse(self, sentence: str) -> NoReturn:
        if self._json:
            self.stdout.write(json.dumps({"error": sentence}))
        else:
            self.stderr.write(sentence)
        raise SystemExit(REFUSED)
