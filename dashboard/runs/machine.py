"""Reads what something is measured on: versions, cores, load and how the servers were started.

Versions are those of this environment; a fleet that runs elsewhere may have others, and says so.
"""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib import metadata

from django.utils import timezone

from dashboard.fleet.entry import program_path
from dashboard.fleet.state import ServerState
from dashboard.fleet.supervisor import Fleet
from dashboard.runs.surroundings import ServerCommand, Surroundings

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
"""Programs of the system, and how to ask them for their version."""
ASKED_WITHIN_S = 5.0


def read_surroundings(fleet: Fleet, servers: Sequence[str]) -> Surroundings:
    """Return the surroundings of these servers. The first call asks programs, so do not make it on an event loop."""
    return Surroundings(
        at=timezone.now().isoformat(timespec="seconds"),
        cores=os.cpu_count(),
        load=read_load(),
        python=platform.python_version(),
        system=platform.platform(terse=True),
        versions={} if fleet.is_remote else read_versions(),
        remote=fleet.is_remote,
        servers={name: _server_command(fleet.state(name)) for name in servers},
    )


def read_load() -> float | None:
    """Return how many processes wanted to run in the last minute, on average; None if the system does not say."""
    try:
        return round(os.getloadavg()[0], 2)
    except OSError:
        return None


@cache
def read_versions() -> dict[str, str]:
    """Return the versions of what is installed here, by name."""
    packages = {name: version for name in PACKAGES if (version := _package_version(name))}
    return packages | {name: version for name, ask in PROGRAMS.items() if (version := _program_version(*ask))}


def _server_command(state: ServerState) -> ServerCommand:
    return ServerCommand(title=state.title, interface=state.interface, command=state.public_command, url=state.url)


def _package_version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _program_version(name: str, option: str) -> str:
    """Return the first version number that a program prints; "" if it is not installed."""
    path = program_path(name)
    if path is None:
        return ""
    try:
        printed = subprocess.run(  # noqa: S603 -- programs of the table above
            [path, option], capture_output=True, text=True, timeout=ASKED_WITHIN_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(r"\d+\.\d+(?:\.\d+)?", printed.stdout + printed.stderr)
    return found.group() if found else ""
