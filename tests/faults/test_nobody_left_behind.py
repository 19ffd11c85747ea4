"""A supervisor that is killed leaves nobody behind, though it could not do anything about it.

Whatever the servers do to their title, environment and session: redis-server and Gunicorn with setproctitle (which
these tests' environment has) write over both, and "detaching" has a process that nothing ties to it.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence

import psutil
import pytest

from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.processes.server_process import GUARD
from dashboard.fleet.supervisor import Fleet
from dashboard.fleet.table import SERVERS
from dashboard.lib.installation import ROOT
from tests.fleet.conftest import layout, make_fleet
from tests.fleet.helpers import nothing_left, processes_of, still_running, wait_until
from tests.support.programs import here

__all__ = ["layout", "make_fleet"]

REAL = here(entry.name for entry in SERVERS if not entry.on_demand)
KINDS = (
    *here(["chat-redis", "nginx", "mod_wsgi", "uwsgi"]),
    "gunicorn-gthread",
    "gunicorn-sync-workers",
    "detaching",
)
SCRIPT = ROOT / "tests" / "fleet" / "keep_fleet.py"
GONE_WITHIN_S = 20

StartSupervisor = Callable[[Sequence[str]], tuple[subprocess.Popen[str], int]]


@pytest.fixture
def start_supervisor(layout: FleetLayout) -> Iterator[StartSupervisor]:
    """Starts a supervisor with its servers; gives its process and its reaper's id when all are up."""
    started: list[subprocess.Popen[str]] = []

    def start(names: Sequence[str]) -> tuple[subprocess.Popen[str], int]:
        command = [sys.executable, str(SCRIPT), str(layout.port), str(layout.data), *names]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        reaper, *states = process.stdout.readline().split()
        assert states == ["running"] * len(names)
        return process, int(reaper)

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _guards_below(supervisor: subprocess.Popen[str]) -> list[psutil.Process]:
    below = still_running(psutil.Process(supervisor.pid).children(recursive=True))
    return [one for one in below if str(GUARD) in one.cmdline()]


def test_all_servers_end_when_the_supervisor_is_killed(
    start_supervisor: StartSupervisor, layout: FleetLayout
) -> None:
    process, reaper = start_supervisor(REAL)
    everyone = psutil.Process(process.pid).children(recursive=True)
    assert len(everyone) >= 3 * len(REAL)  # with their guards
    assert reaper in {one.pid for one in everyone}
    process.kill()
    assert nothing_left(layout, GONE_WITHIN_S)
    assert wait_until(lambda: not still_running(everyone), GONE_WITHIN_S), still_running(everyone)


@pytest.mark.parametrize("killed", ["supervisor", "supervisor and reaper", "supervisor and outer guards"])
def test_every_kind_of_server_ends_whoever_is_killed(
    killed: str, start_supervisor: StartSupervisor, layout: FleetLayout
) -> None:
    process, reaper = start_supervisor(KINDS)
    everyone = psutil.Process(process.pid).children(recursive=True)
    guards = _guards_below(process)
    assert len(guards) == 2 * len(KINDS)
    inner = [guard for guard in guards if guard.ppid() in {other.pid for other in guards}]
    outer = [guard for guard in guards if guard not in inner]
    # All at once: stopped, nobody sees the end of another.
    doomed = {"supervisor and reaper": [psutil.Process(reaper)], "supervisor and outer guards": outer}.get(killed, [])
    for one in (psutil.Process(process.pid), *doomed):
        one.suspend()
    for one in (psutil.Process(process.pid), *doomed):
        one.kill()
    process.wait()
    assert wait_until(lambda: not still_running(everyone), GONE_WITHIN_S), still_running(everyone)
    assert nothing_left(layout, GONE_WITHIN_S)


def test_servers_whose_guards_are_all_killed_end_or_are_started_anew(
    start_supervisor: StartSupervisor, layout: FleetLayout
) -> None:
    process, reaper = start_supervisor(("gunicorn-sync",))
    before = psutil.Process(process.pid).children(recursive=True)
    for guard in _guards_below(process):
        guard.kill()
    ours = [one for one in before if one.pid != reaper]
    assert wait_until(lambda: not still_running(ours), GONE_WITHIN_S), still_running(ours)
    process.kill()
    assert nothing_left(layout, GONE_WITHIN_S)


async def test_what_was_left_when_everybody_was_killed_is_swept_at_the_next_start(
    start_supervisor: StartSupervisor, make_fleet: Callable[..., Fleet], layout: FleetLayout
) -> None:
    process, reaper = start_supervisor(["gunicorn-sync", *here(["chat-redis"])])
    everyone = psutil.Process(process.pid).children(recursive=True)
    guards = _guards_below(process)
    servers = [one for one in everyone if one not in guards and one.pid != reaper]
    # Stopped, a server does not heed the signal either that its guard's end sends it.
    for one in (psutil.Process(process.pid), psutil.Process(reaper), *guards, *servers):
        one.suspend()
    for one in (psutil.Process(reaper), *guards, psutil.Process(process.pid)):
        one.kill()
    process.wait()
    assert len(still_running(servers)) == len(servers)
    assert (await make_fleet().start("gunicorn-sync")).state == "running"
    assert not still_running(servers)


def test_nobody_is_started_who_would_not_be_found(layout: FleetLayout, start_supervisor: StartSupervisor) -> None:
    process, _ = start_supervisor(["uvicorn"])
    assert processes_of(layout.data)
    os.kill(process.pid, signal.SIGKILL)
    assert nothing_left(layout, GONE_WITHIN_S)
