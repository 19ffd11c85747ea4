"""The contracts of imports hold, and an import that breaks one is found."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the sources in `folder`."""
    return subprocess.run(
        [sys.executable, str(LINT), "--no-cache", "--no-logo"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Our sources and their contracts, free to be broken."""
    for name in ("gatescope", "probes", "dashboard", "samples"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept(copy: Path) -> None:
    linted = lint(copy)
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(
    ("module", "planted", "contract"),
    [
        ("dashboard/traces/span.py", "import dashboard.live.hub", "The floors of the dashboard"),
        ("dashboard/runs/orders.py", "from dashboard import services", "The floors of the dashboard"),
        ("dashboard/traces/span.py", "import probes.attributes", "The dashboard knows no instrument"),
        ("probes/types.py", "import dashboard.traces.span", "The instrument knows no dashboard"),
        ("probes/types.py", "import django.conf", "the instrument needs no Django"),
        ("probes/types.py", "import probes.wsgi", "No circles"),
    ],
)
def test_a_planted_import_breaks_its_contract(copy: Path, module: str, planted: str, contract: str) -> None:
    with (copy / module).open("a") as source:
        source.write(f"\n{planted}\n")
    linted = lint(copy)
    assert linted.returncode == 1
    broken = [line for line in linted.stdout.splitlines() if " BROKEN" in line]
    assert any(contract in line for line in broken), linted.stdout
