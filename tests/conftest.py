"""What holds for every test."""

import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from dashboard.fleet.table import SERVERS
from tests.needing import IN_CI, lacking

# How long an example takes says nothing on a machine that does other things as well.
settings.register_profile("gatescope", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gatescope")

HERE = Path(__file__).parent
SHARING = {"browser", "contract"}
"""Folders whose tests share one demo, started once; elsewhere what is shared is shared within a file."""

# A shell that runs the tests in the background has them ignore Ctrl-C, and what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> list[str]:
    """Say which servers are not here, so that nobody takes a green run for more than it is."""
    missing = [] if IN_CI else [f"{entry.name} is not tested: {entry.missing()}" for entry in SERVERS]
    return [line for line in missing if not line.endswith(": ")]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what needs a program that is not installed, and keep together what shares something expensive."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item.path)))
        if program := lacking(item.path):
            item.add_marker(pytest.mark.skip(reason=f"{program} is not installed"))


def _group(path: Path) -> str:
    return path.parent.name if path.parent.name in SHARING else str(path.relative_to(HERE))
