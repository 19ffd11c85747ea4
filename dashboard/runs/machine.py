"""What a lesson was measured on: versions, cores, load and settings, which stand on its card.

Versions are those of this environment; a fleet that runs elsewhere may have others, and that is said.
"""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from typing import Any

from django.utils import timezone

from dashboard.fleet.current import fleet
from dashboard.fleet.entry import program_path

PACKAGES = (
    "django",
    "asgiref",
    "channels",
    "gunicorn",
    "pyuwsgi",
    "uvicorn",
    "daphne",
    "hypercorn",
    "opentelemetry-sdk",
)
PROGRAMS = {"nginx": ("nginx", "-v"), "apache2": ("apache2", "-v"), "redis-server": ("redis-server", "--version")}
"""Programs of the system, and how they tell their version."""
ASKED_WITHIN_S = 5.0


def surroundings(servers: Sequence[str]) -> dict[str, Any]:
    """The surroundings of a run at these servers, as JSON. The first call asks programs: not on an event loop."""
    return {
        "at": timezone.now().isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load": load(),
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
        "versions": {} if fleet.is_remote else versions(),
        "remote": fleet.is_remote,
        "servers": {name: _server(name) for name in servers},
    }


def load() -> float | None:
    """How many processes wanted to run in the last minute, on average; None where the system does not tell."""
    try:
        return round(os.getloadavg()[0], 2)
    except OSError:
        return None


@cache
def versions() -> dict[str, str]:
    """The versions of what is installed here, by name."""
    packages = {name: version for name in PACKAGES if (version := _package(name))}
    return packages | {name: version for name, ask in PROGRAMS.items() if (version := _program(*ask))}


def _server(name: str) -> dict[str, Any]:
    state = fleet.state(name)
    return {"title": state.title, "interface": state.interface, "command": " ".join(state.command), "url": state.url}


def _package(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _program(name: str, option: str) -> str:
    """The first version number that a program prints; "" when it is not there."""
    path = program_path(name)
    if path is None:
        return ""
    try:
        told = subprocess.run(  # noqa: S603 -- programs of the table above
            [path, option], capture_output=True, text=True, timeout=ASKED_WITHIN_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(r"\d+\.\d+(?:\.\d+)?", told.stdout + told.stderr)
    return found.group() if found else ""
