"""The command `gatescope`: each of its sub-commands is the management command of the same name.

`manage.py` runs the same, and Django's own commands beside them.
"""

import difflib
import os
import signal
import sys
from typing import NoReturn

from gatescope import ROOT

COMMANDS = {
    "run": "start the server of your own project with the probes in it",
    "demo": "run the dashboard and all observed servers",
    "watch": "run the dashboard alone, for your own services",
    "fire": "fire requests at a server of the running dashboard",
    "lesson": "carry a lesson out, or all, and compare with what is expected",
    "preflight": "check, before the class comes, that every lesson can be carried out",
    "site": "write lessons with their films as static pages",
    "open": "import a file of traces and show it in the browser",
    "serve": "run one observed server alone, as in a container",
}
INTERRUPTED = 128 + signal.SIGINT
WRONG_USE = 2


def main() -> None:
    """Run `gatescope NAME …`; the exit code is the command's own."""
    name, *_ = (*sys.argv[1:], "--help")
    if name in {"--help", "-h", "help"}:
        sys.stdout.write(_help())
    elif name == "--version":
        sys.stdout.write(f"gatescope {_version()}\n")
    elif name == "run":
        run_project_command()
    elif name in COMMANDS:
        run_management_command()
    else:
        _refuse(name)


def run_project_command() -> NoReturn:
    """Become the command of somebody's project, whose environment stays as it is. No management command."""
    _put_root_on_path()
    from dashboard.cli.run.command import main as run

    run(sys.argv[2:])


def run_management_command() -> None:
    """Run the management command that the command line names; the exit code is its own, or a shell's for Ctrl-C."""
    # A KeyboardInterrupt may be lost in a callback of the import system, and until a command begins there is nothing
    # to tidy up: so long Ctrl-C simply ends the process.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _tidy_environment()
    try:
        import django
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. Run `make demo`, or use .venv/bin/python manage.py …")
    try:
        django.setup()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except ImproperlyConfigured as error:
        # The environment or the data folder is not as it should be, and the message says what to do.
        sys.stderr.write(f"{error}\n")
        sys.exit(WRONG_USE)


def _tidy_environment() -> None:
    _put_root_on_path()
    from dashboard.lib.environment import enter_clean_environment

    enter_clean_environment()
    os.environ["DJANGO_SETTINGS_MODULE"] = "dashboard.settings"


def _put_root_on_path() -> None:
    """Let this process import the dashboard, before any package of the same name where it was started."""
    root = str(ROOT)
    sys.path[:] = [root, *(place for place in sys.path if place != root)]


def _version() -> str:
    _put_root_on_path()
    from dashboard import __version__

    return __version__


def _help() -> str:
    wide = max(map(len, COMMANDS))
    lines = (f"  gatescope {name:<{wide}}  {what}\n" for name, what in COMMANDS.items())
    return (
        f"Gatescope shows how web requests really travel through Python.\n\n{''.join(lines)}\n"
        "`gatescope NAME --help` explains one of them, `gatescope --version` prints the version.\n"
    )


def _refuse(name: str) -> NoReturn:
    shown = name.encode("unicode_escape").decode()[:80]
    near = difflib.get_close_matches(name, COMMANDS, n=1)
    advice = f"Did you mean {near[0]}?" if near else f"Choose from {', '.join(COMMANDS)}."
    sys.stderr.write(f"There is no command gatescope {shown}. {advice}\n")
    sys.exit(WRONG_USE)
