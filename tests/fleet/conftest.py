"""Fixtures of the fleet's tests: free ports, and fleets that are closed in the end."""

import random
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from dashboard.fleet import ports
from dashboard.fleet.keeper import Patience
from dashboard.fleet.place import Place
from dashboard.fleet.supervisor import Fleet
from dashboard.fleet.table import SERVERS, ServerEntry


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A dashboard port whose fleet ports are all free; below the range that outgoing connections use."""
    while True:
        place = Place(port=random.randrange(10_000, 30_000), data=tmp_path)
        numbers = [place.port, *(place.port_of(entry) for entry in SERVERS)]
        if not any(ports.refusal("127.0.0.1", number) for number in numbers):
            return place


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
