"""The environment in which the dashboard and its fleet run: the variables that are named here, and no others.

Whoever starts Gatescope has an environment for their own work. `DJANGO_SETTINGS_MODULE`, `OTEL_SDK_DISABLED`,
`PYTHONDEVMODE` or `LD_PRELOAD` would bend what is shown without a word, so what docs/reference.md does not name does
not get in. Somebody's own project keeps the environment that they gave it: this is not for that.
"""

import os
import sys
from collections.abc import Mapping

SYSTEM = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LANGUAGE"),
        *("TERM", "COLUMNS", "LINES", "NO_COLOR", "CI", "SSL_CERT_FILE", "SSL_CERT_DIR"),
        *("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"),
    }
)
"""Where and for whom programs run, and in which language they speak."""
SYSTEM_PREFIX = "LC_"

DASHBOARD = frozenset(
    {"ALLOWED_HOSTS", "DATABASE_URL", "DEBUG", "HOST", "PORT", "REDIS_URL", "SECRET_KEY", "XDG_DATA_HOME"}
)
"""The dashboard's settings beside those whose names begin with `OURS`."""
OURS = "GATESCOPE_"

INSTRUMENT = frozenset(
    {
        *("GATESCOPE_BUDGET", "GATESCOPE_ENDPOINT", "GATESCOPE_QUEUE", "GATESCOPE_REEXPORT"),
        *("GATESCOPE_SENDER_PERCENT", "GATESCOPE_SEND_KEY", "GATESCOPE_SOURCE", "GATESCOPE_TICK_MS"),
    }
)
"""What the instrument in a server of the fleet reads. Not the switch that turns it off."""
SAMPLES = frozenset({"ALLOWED_HOSTS", "SAMPLES_REDIS_URL", "UPSTREAM_URL"})
"""What the observed applications read when they run by themselves."""
WITHHELD = frozenset({"GATESCOPE_DISABLED"})
"""Ours, but meant for somebody's own project."""

_READ_AT_START = ("PYTHON", "LD_", "DYLD_", "MALLOC_", "GLIBC_")
"""What an interpreter and the C library look at when they start: too late to remove afterwards."""


def for_dashboard(given: Mapping[str, str]) -> dict[str, str]:
    """Return what the dashboard and its commands take from an environment."""
    return {
        name: value
        for name, value in given.items()
        if is_systems(name) or name in DASHBOARD or (name.startswith(OURS) and name not in WITHHELD)
    }


def for_servers(given: Mapping[str, str]) -> dict[str, str]:
    """Return what a server of the fleet takes from an environment: none of the dashboard's secrets."""
    return {name: value for name, value in given.items() if is_systems(name) or name in INSTRUMENT or name in SAMPLES}


def enter_clean_environment() -> None:
    """Leave this process with the dashboard's environment alone.

    It replaces itself by the same command where a variable has had its effect already.
    """
    clean = for_dashboard(os.environ)
    superfluous = os.environ.keys() - clean.keys()
    if any(name.startswith(_READ_AT_START) for name in superfluous):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], clean)  # noqa: S606 -- the same command
    for name in superfluous:
        del os.environ[name]


def is_systems(name: str) -> bool:
    """Return whether a variable says where and for whom programs run."""
    return name in SYSTEM or name.startswith(SYSTEM_PREFIX)
