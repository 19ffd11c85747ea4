#!/usr/bin/env python3
"""Django's command line for the dashboard: `manage.py demo` runs everything, `manage.py fire` sends requests."""

import os
import signal
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
INTERRUPTED = 128 + signal.SIGINT
WRONG_USE = 2


def main() -> None:
    """Run one management command; the exit code is the command's own, or a shell's for Ctrl-C."""
    # A KeyboardInterrupt may be lost in a callback of the import system, and until a command begins there is nothing
    # to tidy up: so long Ctrl-C simply ends the process.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.argv[1:2] == ["run"]:  # the environment is that of somebody's project
        from dashboard.cli.run.command import main as run

        run()
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
    if HERE not in sys.path:  # PYTHONSAFEPATH is set
        sys.path.insert(0, HERE)
    from dashboard.lib.environment import enter_clean_environment

    enter_clean_environment()
    os.environ["DJANGO_SETTINGS_MODULE"] = "dashboard.settings"


if __name__ == "__main__":
    main()
