"""Every server of the table, for real: it starts, answers, stops and leaves nothing."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from dashboard.fleet.certificate import unverified
from dashboard.fleet.place import Place
from dashboard.fleet.supervisor import Fleet
from dashboard.fleet.table import SERVERS
from tests.fleet.helpers import nothing_left
from tests.needing import here

REAL = here(entry.name for entry in SERVERS)


@pytest.mark.parametrize("name", REAL)
async def test_it_starts_answers_and_leaves_nothing(
    name: str, make_fleet: Callable[..., Fleet], place: Place
) -> None:
    fleet = make_fleet()
    state = await fleet.start(name)
    assert state.state == "running", state
    assert state.log_lines
    async with httpx.AsyncClient(trust_env=False, verify=unverified("http/1.1")) as client:
        # A proxy itself has no page: whose it shall show is said by the Host name.
        expected = 404 if state.interface == "proxy" else 200
        assert (await client.get(f"{state.url}/hello/")).status_code == expected
    assert (await fleet.stop(name)).state == "stopped"
    assert await asyncio.to_thread(nothing_left, place)


@pytest.mark.parametrize("name", REAL)
async def test_it_can_be_started_again_at_once(name: str, make_fleet: Callable[..., Fleet]) -> None:
    fleet = make_fleet()
    await fleet.start(name)
    state = await fleet.restart(name)
    assert state.state == "running", state
