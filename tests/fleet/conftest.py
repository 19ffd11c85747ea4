"""Fixtures of the fleet's tests: free ports, and fleets that are closed in the end."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.fleet.entry import ServerEntry
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.managed_server import Timeouts
from dashboard.fleet.supervisor import Fleet
from dashboard.fleet.table import SERVERS
from tests.support.demo import free_layout


@pytest.fixture
def layout(tmp_path: Path) -> FleetLayout:
    """Free ports for a dashboard and its fleet, and a data folder of its own."""
    return replace(free_layout(), data=tmp_path)


@pytest.fixture
async def make_fleet(layout: FleetLayout) -> AsyncIterator[Callable[..., Fleet]]:
    """Makes fleets on `layout`; closes them after the test."""
    fleets: list[Fleet] = []

    def make(
        entries: Sequence[ServerEntry] = SERVERS, timeouts: Timeouts | None = None, places: int | None = None
    ) -> Fleet:
        fleets.append(Fleet(layout, entries, timeouts, places=places))
        return fleets[-1]

    yield make
    for fleet in fleets:
        await fleet.close()
