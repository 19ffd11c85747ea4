"""Fixtures of the fleet's tests: free ports, and fleets that are closed in the end."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.fleet.entry import ServerEntry
from dashboard.fleet.layout import Place
from dashboard.fleet.managed_server import Patience
from dashboard.fleet.supervisor import Fleet
from dashboard.fleet.table import SERVERS
from tests.support.demo import free_place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Free ports for a dashboard and its fleet, and a data folder of its own."""
    return replace(free_place(), data=tmp_path)


@pytest.fixture
async def make_fleet(place: Place) -> AsyncIterator[Callable[..., Fleet]]:
    """Makes fleets on `place`; closes them after the test."""
    fleets: list[Fleet] = []

    def make(entries: Sequence[ServerEntry] = SERVERS, patience: Patience | None = None) -> Fleet:
        fleets.append(Fleet(place, entries, patience))
        return fleets[-1]

    yield make
    for fleet in fleets:
        await fleet.close()
