"""`manage.py site FOLDER`: all lessons with their films as static pages, for a course's own web page."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.cli.address import usual_url
from dashboard.cli.api_client import RefusedError
from dashboard.cli.site import write_site
from dashboard.cli.temporary_dashboard import any_dashboard
from dashboard.cli.terminal import Terminal
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course
from dashboard.lessons.requirements import required_servers
from dashboard.lib.printable import printable_lines


class Command(BaseCommand):
    """Write lessons as static pages."""

    help = "Write all lessons with their films and an index as a folder of static pages, which need no server."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the folder, and which lessons."""
        parser.add_argument("folder", help="where to write; it is made when needed")
        parser.add_argument("--only", default="", help="the numbers of some lessons, separated by commas")
        parser.add_argument("--url", default="", help=f"the dashboard (default {usual_url()}, or a temporary one)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with 0 when every lesson has its page."""
        lessons = self._choose(options["only"])
        terminal = Terminal(self.stdout)
        names = list(dict.fromkeys(name for lesson in lessons for name in required_servers(lesson)))
        try:
            with any_dashboard(options["url"], names, terminal) as dashboard:
                left_out = write_site(dashboard, lessons, Path(options["folder"]), terminal.say)
        except RefusedError as error:
            raise CommandError(printable_lines(str(error))) from error
        if left_out:
            raise CommandError(f"{len(left_out)} of {len(lessons)} lessons have no page: see above.")

    def _choose(self, text: str) -> list[Lesson]:
        known = {lesson.slug: lesson for lesson in course()}
        wanted = [part.strip() for part in text.split(",") if part.strip()] or list(known)
        if unknown := [slug for slug in wanted if slug not in known]:
            raise CommandError(f"There is no lesson {unknown[0]!r}: choose from {', '.join(known)}.")
        return [known[slug] for slug in wanted]
