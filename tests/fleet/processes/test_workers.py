"""Killing one worker: a busy child if there is one, else a child, else the process itself; nobody is invented."""

import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from dashboard.fleet.processes.workers import NoWorkerError, kill_one
from tests.fleet.helpers import wait_until

CHILDREN = """
import subprocess, sys
for _ in range({number}):
    subprocess.Popen([sys.executable, "-c", "input()"])
input()
"""


@pytest.fixture
def server() -> Iterator["Servers"]:
    made = Servers()
    yield made
    made.end()


class Servers:
    """Starts processes with a number of children, and ends them."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def __call__(self, children: int) -> psutil.Process:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILDREN.format(number=children)], stdin=subprocess.PIPE
        )
        started = psutil.Process(self.process.pid)
        assert wait_until(lambda: len(started.children()) == children, 10)
        time.sleep(0.05)
        return started

    def end(self) -> None:
        assert self.process
        for child in psutil.Process(self.process.pid).children():
            child.kill()
        self.process.kill()
        self.process.communicate()


def test_the_busy_child_is_killed(server: Servers) -> None:
    master = server(3)
    busy = master.children()[1].pid
    assert kill_one(master.pid, {busy}) == busy
    assert wait_until(lambda: psutil.Process(busy).status() == psutil.STATUS_ZOMBIE, 5)
    assert master.is_running()


def test_when_nobody_is_busy_some_child_is_killed_and_never_the_master(server: Servers) -> None:
    master = server(2)
    assert kill_one(master.pid, ()) in {child.pid for child in master.children()}
    assert master.status() != psutil.STATUS_ZOMBIE


def test_a_server_of_one_process_is_killed_itself(server: Servers) -> None:
    master = server(0)
    assert kill_one(master.pid, {1}) == master.pid


def test_a_process_that_is_gone_is_one_sentence() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    with pytest.raises(NoWorkerError, match=f"Process {process.pid} has already ended"):
        kill_one(process.pid, ())
