"""The environment in which the project's command runs: the user's own, and what brings the probes into it.

Of the project's variables only PYTHONPATH is touched; what we add begins with GATESCOPE_.
"""

import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from dashboard.lib.installation import ROOT

HOOK = ROOT / "probes" / "autostart" / "site"
"""The folder whose one file each Python process imports when it starts."""
ENDPOINT, SERVICE, LIBRARIES = "GATESCOPE_ENDPOINT", "GATESCOPE_SERVICE", "GATESCOPE_LIBRARIES"
TRACES_PATH = "/v1/traces"


def project_environment(given: Mapping[str, str], service: str, dashboard_url: str) -> dict[str, str]:
    """Return the environment of the command: ``given``, the hook, and where the probes find what they need.

    An endpoint that the user has set stays as it is.
    """
    path = given.get("PYTHONPATH", "")
    return {
        ENDPOINT: f"{dashboard_url}{TRACES_PATH}",
        **given,
        SERVICE: service,
        "PATH": project_path(given),
        "PYTHONPATH": f"{HOOK}{os.pathsep}{path}" if path else str(HOOK),
        LIBRARIES: str(libraries_folder()),
    }


def libraries_folder() -> Path:
    """Return the folder from which the probes' own dependencies are imported here."""
    spec = importlib.util.find_spec("opentelemetry.sdk")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("opentelemetry-sdk is not installed beside Gatescope")
    return Path(next(iter(spec.submodule_search_locations))).parent.parent


def project_path(given: Mapping[str, str]) -> str:
    """Return PATH without our own programs, if the project has an active environment of its own.

    Whoever starts us with `uvx` finds our Python first on the PATH.
    """
    path, active = given.get("PATH", os.defpath), given.get("VIRTUAL_ENV")
    if not active or Path(active).resolve() == Path(sys.prefix).resolve():
        return path
    ours = Path(sys.prefix, "bin").resolve()
    return os.pathsep.join(place for place in path.split(os.pathsep) if not place or Path(place).resolve() != ours)
