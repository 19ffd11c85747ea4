"""`manage.py lesson N`: a lesson without a browser, and what was measured compared with what was expected."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from msgspec.structs import replace

from dashboard.cli.address import usual_url
from dashboard.cli.api_client import Dashboard, RefusedError
from dashboard.cli.attempts import carry_out
from dashboard.cli.lesson_report import format_report, show_attempt
from dashboard.cli.temporary_dashboard import any_dashboard
from dashboard.cli.terminal import Terminal
from dashboard.lessons.attempt import Attempt
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course, find_lesson
from dashboard.lessons.requirements import required_servers
from dashboard.lessons.results import AttemptResult, to_json
from dashboard.lessons.variation import list_variations
from dashboard.lib.printable import printable_lines

ALL = "all"
VARIATIONS = "variations"
MANY = {ALL, VARIATIONS}
DIFFERS = 1
REFUSED = 2


class Command(BaseCommand):
    """Carry lessons out from the terminal."""

    help = (
        "Carry out a lesson, or all of them, and compare what was measured with what is expected. Exit status 1 when "
        "something does not hold."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the lesson's number, how often to repeat it, and what to write."""
        parser.add_argument("lesson", help="a lesson's number, a variation such as 1b, all, or variations")
        parser.add_argument("--repeat", default="1", help="how many rounds (default 1); the median counts")
        parser.add_argument("--json", action="store_true", help="print what was measured as JSON")
        parser.add_argument("--report", default="", help="also write a report to this file, in Markdown")
        parser.add_argument("--url", default="", help=f"the dashboard (default {usual_url()}, or a temporary one)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with 0 when everything holds, 1 when something does not, 2 when it cannot be carried out."""
        self._json = options["json"]
        self._terminal = Terminal(self.stdout, quiet=self._json)
        lessons = self._choose(options["lesson"])
        self._expect_writable(options["report"])
        names = list(dict.fromkeys(name for lesson in lessons for name in required_servers(lesson)))
        attempts: list[AttemptResult] = []
        try:
            with any_dashboard(options["url"], names, self._terminal) as dashboard:
                for lesson in lessons:
                    attempt = self._attempt(dashboard, lesson, options["repeat"], alone=len(lessons) == 1)
                    attempts.append(attempt)
                    self._show(attempt)
        except RefusedError as error:
            self._refuse(str(error))
        finally:
            if options["report"] and attempts:
                self._write(options["report"], format_report(attempts))
        if self._json:
            data = [to_json(attempt) for attempt in attempts]
            self.stdout.write(json.dumps(data if options["lesson"] in MANY else data[0], indent=2))
        if not all(attempt.holds for attempt in attempts):
            raise SystemExit(DIFFERS)

    def _choose(self, text: str) -> Sequence[Lesson]:
        if text == ALL:
            return course()
        if text == VARIATIONS:
            return [variation for lesson in course() for variation in list_variations(lesson)]
        found = find_lesson(text)
        if found is None:
            numbers = ", ".join(one.slug for one in course())
            self._refuse(
                f"There is no lesson {text!r}: choose from {numbers}, a variation such as 1b, all, or variations."
            )
        return [found]

    def _expect_writable(self, path: str) -> None:
        """Refuse a report that could not be written before measuring all lessons for it."""
        if path and Path(path).is_dir():
            self._refuse(f"--report is {path!r}, a folder: name a file in it.")
        if path and not Path(path).parent.is_dir():
            self._refuse(f"--report is {path!r}, but there is no folder {str(Path(path).parent)!r}: make it first.")

    def _write(self, path: str, text: str) -> None:
        try:
            Path(path).write_text(text, encoding="utf-8")
        except OSError as error:
            self._refuse(f"The report could not be written to {path!r} ({error.strerror}): name another file.")

    def _attempt(self, dashboard: Dashboard, lesson: Lesson, repeat: str, *, alone: bool) -> AttemptResult:
        """Return the attempt at its end. With several lessons, report one that cannot start; refuse a single one."""
        try:
            with self._terminal.progress(f"Lesson {lesson.slug}, {lesson.title}"):
                return carry_out(dashboard, lesson, {"repeat": repeat})
        except RefusedError as error:
            if alone:
                raise
            return replace(Attempt(lesson, repeat=0, state="failed", error=str(error)).result(), holds=False)

    def _show(self, attempt: AttemptResult) -> None:
        if not self._json:
            show_attempt(self._terminal, attempt)

    def _refuse(self, sentence: str) -> NoReturn:
        if self._json:
            self.stdout.write(json.dumps({"error": sentence}))
        else:
            self.stderr.write(printable_lines(sentence))
        raise SystemExit(REFUSED)
