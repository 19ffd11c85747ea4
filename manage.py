#!/usr/bin/env python3
"""Django's command line for the dashboard: `manage.py demo` runs everything, `manage.py fire` sends requests."""

import os
import sys


def main() -> None:
    """Run one management command; the exit code is the command's own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. Run `make demo`, or use .venv/bin/python manage.py …")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
