"""What holds for every test."""

import signal

import pytest

from dashboard.fleet.table import SERVERS
from tests.needing import IN_CI, lacking

# A shell that runs the tests in the background has them ignore Ctrl-C, and what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> list[str]:
    """Say which servers are not here, so that nobody takes a green run for more than it is."""
    missing = [] if IN_CI else [f"{entry.name} is not tested: {entry.missing()}" for entry in SERVERS]
    return [line for line in missing if not line.endswith(": ")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what needs a program that is not installed."""
    for item in items:
        if program := lacking(item.path):
            item.add_marker(pytest.mark.skip(reason=f"{program} is not installed"))
