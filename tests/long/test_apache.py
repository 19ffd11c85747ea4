"""Apache with mod_wsgi ends as without the instrument, loses nothing of its last moment, and fails when it is broken.

It cannot be started by a command alone, so it is the fleet's own that is tried.
"""

import asyncio
import http.client
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.supervisor import Fleet
from dashboard.fleet.table import SERVERS
from dashboard.lib.installation import ROOT
from tests.fleet.conftest import layout, make_fleet
from tests.probes.receiver import Receiver, receiving
from tests.support.programs import here

__all__ = ["layout", "make_fleet"]

NAMES = here(entry.name for entry in SERVERS if entry.name.startswith("mod_wsgi"))
BURST, AT_ONCE = 40, 4
ARRIVED = 0.99
"""The share of the requests before SIGTERM of which the end has to arrive."""
LATER_S = 3.0
"""How much later than without the instrument it may have ended."""
ARRIVES_WITHIN_S = 3.0

MakeFleet = Callable[..., Fleet]


@pytest.fixture
def receiver(layout: FleetLayout) -> Iterator[Receiver]:
    """A receiver where the fleet expects its dashboard."""
    with receiving(layout.port) as running:
        yield running


def _ask(port: int, number: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", f"/hello/?burst={number}")
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


async def _answer_and_end(fleet: Fleet, name: str) -> float:
    """Have the server answer a burst of requests and end right after the last; return how long its end took."""
    port = fleet.layout.port_of(fleet.entry(name))
    with ThreadPoolExecutor(AT_ONCE) as clients:
        loop = asyncio.get_running_loop()
        answers = await asyncio.gather(*(loop.run_in_executor(clients, _ask, port, n) for n in range(BURST)))
    assert set(answers) == {200}
    begun = time.monotonic()
    assert (await fleet.stop(name)).state == "stopped"
    return time.monotonic() - begun


@pytest.mark.parametrize("hanging", [False, True], ids=["heard", "hanging"])
@pytest.mark.parametrize("name", NAMES)
async def test_it_ends_in_time_and_what_ended_before_arrives(
    name: str, hanging: bool, make_fleet: MakeFleet, receiver: Receiver
) -> None:
    bare = [replace(entry, instrumented=entry.name != name) for entry in SERVERS]
    took_s = {}
    for observed, entries in ((False, bare), (True, SERVERS)):
        fleet = make_fleet(entries)
        assert (await fleet.start(name)).state == "running"
        receiver.behaviour.hanging = hanging
        took_s[observed] = await _answer_and_end(fleet, name)
        await fleet.close()
    assert took_s[True] <= took_s[False] + LATER_S
    if not hanging:
        burst = [span for span in receiver.ended("server") if "burst" in span.attributes.get("url.query", "")]
        assert len(burst) >= ARRIVED * BURST


@pytest.mark.parametrize("name", NAMES)
async def test_an_application_that_cannot_be_imported_has_failed(
    name: str, make_fleet: MakeFleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT / "samples", project / "samples")
    (project / "samples" / "wsgi.py").write_text("import no_such_module\n")
    monkeypatch.setattr("dashboard.fleet.preparation.ROOT", project)
    state = await make_fleet().start(name)
    assert (state.state, state.reason[:12]) == ("failed", "It answers 5")
    assert any("no_such_module" in line for line in state.log_lines)
