"""What `gatescope run` does, in order: the options, the command's program, the dashboard, a line, the command.

Not a management command: the project's command gets the environment as the user has it. What is said here goes to
standard error, since standard output is the command's.
"""

import argparse
import errno
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from django.core.exceptions import ImproperlyConfigured

from dashboard.cli.address import HIGHEST_PORT, port_setting
from dashboard.cli.run.project_environment import ENDPOINT, project_environment, project_path
from dashboard.cli.run.shared_dashboard import DashboardError, use_dashboard
from dashboard.env import data_folder, flag
from dashboard.lib.installation import DATA
from dashboard.lib.printable import printable
from dashboard.lib.public_url import public_url
from dashboard.lib.text import abridge
from dashboard.lib.whole_number import WholeNumberError, whole_number

USAGE = "gatescope run [--name NAME] [--port PORT] -- COMMAND [ARGUMENT ...]"
EXAMPLES = """for example:
  gatescope run -- python manage.py runserver
  gatescope run -- gunicorn mysite.wsgi --workers 2
  gatescope run -- uvicorn mysite.asgi:application --reload

GATESCOPE_DISABLED=1 in the environment switches the probes off."""
LONGEST_SHOWN = 120
"""Characters of what the user gave that a sentence repeats."""
FAILED, WRONG_USE, CANNOT_EXECUTE, NOT_FOUND, INTERRUPTED = 1, 2, 126, 127, 130
"""Exit statuses, as shells have them."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Become the command that the arguments name, observed; leave with a sentence where that cannot be."""
    options = _parse(sys.argv[2:] if arguments is None else arguments)
    command: list[str] = options.command
    program = _find_program(command[0])
    try:
        environment = _prepare(options)
    except (DashboardError, ImproperlyConfigured, OSError) as error:
        _leave(FAILED, str(error))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    sys.stderr.flush()
    try:
        os.execve(program, command, environment)  # noqa: S606 - what the user asked for
    except OSError as error:
        _leave(CANNOT_EXECUTE, _why_not_executed(program, error))


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="gatescope run",
        usage=USAGE,
        description="Start the server of your own project with the probes in it. Nothing in the project changes.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--name", help="the name on the stage (default: the folder's; OTEL_SERVICE_NAME wins)")
    parser.add_argument("--port", help="the dashboard's port (default: GATESCOPE_PORT, else 8484)")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND", help="what starts your server")
    options = parser.parse_args(arguments)
    options.command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not options.command:
        parser.error(f"which command starts your server? {EXAMPLES.splitlines()[1].strip()}")
    return options


def _find_program(name: str) -> str:
    """Return the path of the command's program; leave with a sentence where there is none."""
    found = shutil.which(name, path=project_path(os.environ))
    if not found:
        _leave(*_why_not_found(name))
    return found


def _why_not_found(name: str) -> tuple[int, str]:
    shown = printable(name)[:LONGEST_SHOWN]
    if not Path(name).exists():
        return NOT_FOUND, f"there is no command {shown} here: is the project's environment active?"
    if Path(name).suffix == ".py":
        return CANNOT_EXECUTE, f"{shown} is not a command but a script of Python: python {shown} …"
    return CANNOT_EXECUTE, f"{shown} is not a program that can be executed."


def _prepare(options: argparse.Namespace) -> dict[str, str]:
    """Return the environment of the command, with a dashboard for it. Raises what `use_dashboard` does."""
    if flag("GATESCOPE_DISABLED", default=False):
        _say("GATESCOPE_DISABLED is set, so the command runs without probes.")
        return {**os.environ}
    service = options.name or os.environ.get("GATESCOPE_SERVICE") or Path.cwd().name or "project"
    if endpoint := os.environ.get(ENDPOINT):
        _say(f"the probes send to {printable(public_url(endpoint))[:LONGEST_SHOWN]}, as {ENDPOINT} says.")
        url = endpoint
    else:
        url = use_dashboard(data_folder(DATA), _port(options.port), _say)
        _say(f"requests are shown at {url}/ (GATESCOPE_DISABLED=1 switches the probes off).")
    return project_environment(os.environ, service, url)


def _port(option: str | None) -> int:
    text = option or port_setting()
    try:
        return whole_number(text, most=HIGHEST_PORT)
    except WholeNumberError:
        _leave(WRONG_USE, f"The port must be a number from 1 to {HIGHEST_PORT}, not {abridge(text)}.")


def _why_not_executed(program: str, error: OSError) -> str:
    if error.errno == errno.ENOENT:  # the file is there
        return f"{program} names an interpreter that is not there: was its environment moved or removed?"
    return f"{program} cannot be executed: {error.strerror}."


def _say(sentence: str) -> None:
    sys.stderr.write(f"Gatescope: {sentence}\n")


def _leave(status: int, sentence: str) -> NoReturn:
    _say(sentence)
    sys.exit(status)
