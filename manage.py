#!/usr/bin/env python3
"""Django's command line for the dashboard: `manage.py demo` runs everything, `manage.py fire` sends requests."""

import os
import signal
import sys

INTERRUPTED = 128 + signal.SIGINT
WRONG_USE = 2


def main() -> None:
    """Run one management command; the exit code is the command's own, or a shell's for Ctrl-C."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
    # A KeyboardInterrupt may be lost in a callback of the import system, and until a command begins there is nothing
    # to tidy up: so long Ctrl-C simply ends the process.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
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


if __name__ == "__main__":
    main()
