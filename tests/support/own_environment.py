"""A Python environment of a project's own, in which nothing of Gatescope and no OpenTelemetry is installed.

The packages in it are links to those of the environment that the tests run in: nothing is fetched.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

from dashboard.cli.run.project_environment import project_environment

PACKAGES = Path(sysconfig.get_path("purelib"))


@dataclass(frozen=True, slots=True)
class OwnEnvironment:
    """An environment in a folder of its own."""

    folder: Path

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    @property
    def packages(self) -> Path:
        (found,) = self.folder.glob("lib/python*/site-packages")
        return found

    def variables(self, **more: str) -> dict[str, str]:
        """Return the variables of a user who has activated it, without those of whoever runs the tests."""
        mine = ("GATESCOPE_", "OTEL_", "PYTHON", "DJANGO_", "VIRTUAL_ENV")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
        path = os.pathsep.join((str(self.folder / "bin"), os.defpath))
        return {**inherited, "VIRTUAL_ENV": str(self.folder), "PATH": path, "PYTHONUNBUFFERED": "1", **more}

    def observed(self, endpoint: str, **more: str) -> dict[str, str]:
        """Return the same as `gatescope run` hands it to the command."""
        given = self.variables(GATESCOPE_ENDPOINT=endpoint, **more)
        return project_environment(given, "my-project", "")


def make_environment(folder: Path, *distributions: str) -> OwnEnvironment:
    """Make an environment in ``folder`` with these distributions and what they need."""
    venv.create(folder, symlinks=True, with_pip=False)
    own = OwnEnvironment(folder)
    for name in _with_requirements(distributions):
        for top in {file.parts[0] for file in importlib.metadata.files(name) or () if file.parts[0] != ".."}:
            link = own.packages / top
            if not link.exists() and top != "__pycache__":
                link.symlink_to(PACKAGES / top)
    return own


def _with_requirements(names: tuple[str, ...]) -> set[str]:
    """Return the distributions and everything that is installed of what they need."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            needed = importlib.metadata.requires(name) or ()
        except importlib.metadata.PackageNotFoundError:
            continue  # of another platform or Python
        found.add(name)
        waiting += [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in needed if "extra ==" not in line]
    return found
