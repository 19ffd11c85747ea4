"""What the fleet's tests share: servers made of a few lines, waiting, and a look at who is left."""

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

from dashboard.fleet import ports
from dashboard.fleet.entry import Needs, ServerEntry
from dashboard.fleet.layout import FleetLayout, samples_folder_in
from dashboard.fleet.state import ServerState
from dashboard.fleet.supervisor import Fleet
from dashboard.fleet.table import SERVERS

QUICK_BACK_OFF_S = (0.01, 0.02, 0.03, 0.04, 0.05)


def python_entry(code: str, name: str = "tried") -> ServerEntry:
    """A server that is a few lines of Python; {port} in the code is its port."""
    return ServerEntry(
        name=name,
        title=name,
        interface="wsgi",
        port_offset=0,
        why="It is tried out.",
        needs=Needs(install="nothing"),
        command=("{python}", "-c", code),
    )


def processes_of(data: Path) -> list[psutil.Process]:
    """The processes that were told to use this data folder and still run."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("GATESCOPE_DATA") in {str(data), str(samples_folder_in(data))}:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def still_running(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Those of the processes that have not ended; whoever nobody waits for has."""
    found = []
    for process in processes:
        try:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def busy_ports(layout: FleetLayout) -> list[str]:
    """What stands on the ports of this layout."""
    refusals = (ports.why_taken("127.0.0.1", port) for entry in SERVERS for port in layout.ports_of(entry))
    return [refusal for refusal in (ports.why_taken("127.0.0.1", layout.port), *refusals) if refusal]


def nothing_left(layout: FleetLayout, seconds: float = 10) -> bool:
    """Whether no process and no busy port of this layout is left, once the kernel has let go of what was ended."""
    return wait_until(lambda: not processes_of(layout.data) and not busy_ports(layout), seconds)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


async def state_when(
    fleet: Fleet, name: str, condition: Callable[[ServerState], bool], seconds: float = 20
) -> ServerState:
    """The first state that meets the condition. Raises TimeoutError when none does in time."""
    async with asyncio.timeout(seconds):
        while not condition(fleet.state(name)):
            await asyncio.sleep(0.02)
    return fleet.state(name)
