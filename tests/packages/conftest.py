"""Builds both packages once, and makes environments for them that have our environment's other packages."""

import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard.lib.installation import ROOT

PROJECTS = {"gatescope": ROOT, "gatescope-probes": ROOT / "packaging" / "probes"}


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment without any of our packages, until one is installed."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def gatescope(self) -> Path:
        """The command."""
        return self.folder / "bin" / "gatescope"

    def pip(self, *arguments: str | Path) -> None:
        """Run pip on it; our environment's pip, since it has none."""
        quietly = ("--disable-pip-version-check", "--no-input", "--quiet")
        command = [sys.executable, "-m", "pip", "--python", str(self.python), *quietly, *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)

    def install(self, wheel: Path) -> None:
        """Install one of our wheels."""
        self.pip("install", "--no-deps", "--no-index", wheel)


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both wheels, each made from its sdist, as `make dist` does."""
    folder = tmp_path_factory.mktemp("dist")
    for project in PROJECTS.values():
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(project)]
        built = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
        assert built.returncode == 0, built.stdout + built.stderr
    assert len(list(folder.glob("*.tar.gz"))) == len(PROJECTS)
    return {name: next(folder.glob(f"{name.replace('-', '_')}-*.whl")) for name in PROJECTS}


@pytest.fixture
def make_environment(tmp_path: Path) -> Callable[[], Environment]:
    """Makes an environment that finds our dependencies, but nothing of this checkout."""

    def make() -> Environment:
        folder = tmp_path / "environment"
        venv.create(folder, symlinks=True, with_pip=False)
        environment = Environment(folder)
        packages = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
        Path(packages, "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
        return environment

    return make
