"""Whether a process runs is what the machine says, for real processes."""

import os
import subprocess
import sys
import time

import pytest

from dashboard.live.processes import is_running, this_host
from probes.delivery.encoding import process_attributes
from probes.delivery.outbox import Losses

AN_HOUR_NS = 3_600 * 1_000_000_000


def test_this_process_runs() -> None:
    assert is_running(os.getpid(), time.time_ns())


def test_one_that_was_killed_does_not_run_before_and_after_it_is_reaped() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert is_running(process.pid, time.time_ns())
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not is_running(process.pid, time.time_ns())
    process.wait()
    assert not is_running(process.pid, time.time_ns())
    if process.stdin:
        process.stdin.close()


def test_one_with_the_same_id_that_was_started_later_is_another() -> None:
    assert not is_running(os.getpid(), time.time_ns() - 24 * AN_HOUR_NS)


@pytest.mark.parametrize("pid", [-1, 2**62])
def test_an_id_that_no_process_can_have_harms_nobody(pid: int) -> None:
    assert isinstance(is_running(pid, time.time_ns()), bool)


def test_the_probes_describe_this_machine_as_the_dashboard_does() -> None:
    described, here = process_attributes(Losses()), this_host()
    assert (described["host.name"], described["gatescope.pid_namespace"]) == (here.name, here.pid_namespace)
