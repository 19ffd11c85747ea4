#!/usr/bin/env python3
"""Django's command line for the dashboard: `manage.py demo` runs everything, `manage.py fire` sends requests."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def main() -> None:
    """Run one management command, as `gatescope` does, or one of Django's own."""
    if HERE not in sys.path:  # PYTHONSAFEPATH is set
        sys.path.insert(0, HERE)
    from gatescope.command import run_management_command, run_project_command

    if sys.argv[1:2] == ["run"]:
        run_project_command()
    run_management_command()


if __name__ == "__main__":
    main()
