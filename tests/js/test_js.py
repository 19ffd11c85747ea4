"""The pure modules of the page, tested by Node's own runner: no DOM, no browser, no packages.

Node is the one that Playwright brings along, so that nothing has to be installed for these tests.
"""

import subprocess
from pathlib import Path

import playwright
import pytest

HERE = Path(__file__).parent
NODE = Path(playwright.__file__).parent / "driver" / "node"


@pytest.mark.parametrize("file", sorted(HERE.rglob("*.test.mjs")), ids=lambda file: str(file.relative_to(HERE)))
def test_javascript(file: Path) -> None:
    """Each file's tests pass; Node's report is the message when they do not."""
    run = subprocess.run([NODE, "--test", file], capture_output=True, text=True, timeout=50, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
