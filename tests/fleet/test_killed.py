"""A supervisor that is killed leaves nobody behind, though it could not do anything about it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.supervisor import Fleet
from dashboard.fleet.table import SERVERS
from tests.fleet.helpers import nothing_left, processes_of, wait_until
from tests.support.programs import here

REAL = here(entry.name for entry in SERVERS if not entry.on_demand)
SCRIPT = Path(__file__).with_name("keep_fleet.py")
GONE_WITHIN_S = 20

StartSupervisor = Callable[[Sequence[str]], tuple[subprocess.Popen[str], list[str]]]


@pytest.fixture
def start_supervisor(layout: FleetLayout) -> Iterator[StartSupervisor]:
    """Starts a supervisor with its servers; gives its process and the words it printed when all were up."""
    started: list[subprocess.Popen[str]] = []

    def start(names: Sequence[str]) -> tuple[subprocess.Popen[str], list[str]]:
        command = [sys.executable, str(SCRIPT), str(layout.port), str(layout.data), *names]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        return process, process.stdout.readline().split()

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_all_servers_end_when_the_supervisor_is_killed(
    start_supervisor: StartSupervisor, layout: FleetLayout
) -> None:
    process, words = start_supervisor(REAL)
    assert words.count("running") == len(REAL)
    assert len(processes_of(layout.data)) >= len(REAL)
    process.kill()
    assert nothing_left(layout, GONE_WITHIN_S)
    assert wait_until(lambda: not psutil.pid_exists(int(words[0])), GONE_WITHIN_S)


async def test_what_a_killed_supervisor_and_a_killed_guard_left_is_swept_at_the_next_start(
    start_supervisor: StartSupervisor, make_fleet: Callable[..., Fleet], layout: FleetLayout
) -> None:
    process, words = start_supervisor(["gunicorn-sync"])
    # Stopped, both cannot see each other's end.
    os.kill(process.pid, signal.SIGSTOP)
    os.kill(int(words[0]), signal.SIGKILL)
    process.kill()
    process.wait()
    assert processes_of(layout.data)
    assert (await make_fleet().start("gunicorn-sync")).state == "running"
