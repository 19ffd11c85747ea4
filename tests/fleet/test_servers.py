"""Every server of the table, for real: it starts, answers, stops and leaves nothing."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from dashboard.fleet.certificate import unverified_context
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.supervisor import Fleet
from dashboard.fleet.table import SERVERS
from tests.fleet.helpers import nothing_left
from tests.support.programs import here

REAL = here(entry.name for entry in SERVERS)


@pytest.mark.parametrize("name", REAL)
async def test_it_starts_answers_and_leaves_nothing(
    name: str, make_fleet: Callable[..., Fleet], layout: FleetLayout
) -> None:
    fleet = make_fleet()
    state = await fleet.start(name)
    assert state.state == "running", state
    assert state.log_lines
    # A proxy itself has no page: whose it shall show is said by the Host name. A store has told the fleet PONG.
    expected = {"proxy": 404, "store": None}.get(state.interface, 200)
    async with httpx.AsyncClient(trust_env=False, verify=unverified_context("http/1.1")) as client:
        assert expected is None or (await client.get(f"{state.url}/hello/")).status_code == expected
    for one in (name, *fleet.entry(name).beside):
        assert (await fleet.stop(one)).state == "stopped"
    assert await asyncio.to_thread(nothing_left, layout)


@pytest.mark.parametrize("name", here(entry.name for entry in SERVERS if not entry.on_demand))
async def test_it_can_be_started_again_at_once(name: str, make_fleet: Callable[..., Fleet]) -> None:
    fleet = make_fleet()
    await fleet.start(name)
    state = await fleet.restart(name)
    assert state.state == "running", state
