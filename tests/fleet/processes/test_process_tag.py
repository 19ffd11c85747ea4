"""Processes are found by the mark in their environment, and only those of a dead supervisor are orphans."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from dashboard.fleet.processes.guard import TAG_VARIABLE
from dashboard.fleet.processes.process_tag import end_tagged, find_tagged, is_orphaned, new_tag

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)"


@pytest.fixture
def stubborn() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A find_tagged process that does not listen to SIGTERM."""
    tag = new_tag()
    with subprocess.Popen(
        [sys.executable, "-c", STUBBORN], env={**os.environ, TAG_VARIABLE: tag}, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield tag, process
        process.kill()


def _marker_of_a_dead_process() -> str:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        started = psutil.Process(process.pid).create_time()
    return f"{process.pid}-{started:.2f}-00000000"


def test_a_marked_process_is_found_and_an_unmarked_one_is_not(
    stubborn: tuple[str, subprocess.Popen[bytes]],
) -> None:
    tag, process = stubborn
    assert [found.pid for found in find_tagged(tag.__eq__)] == [process.pid]


def test_a_process_that_ignores_sigterm_is_killed(stubborn: tuple[str, subprocess.Popen[bytes]]) -> None:
    tag, process = stubborn
    assert end_tagged(tag.__eq__) == 1
    assert process.wait(5) == -signal.SIGKILL


def test_with_nobody_to_end_nothing_happens() -> None:
    assert end_tagged("nobody carries this".__eq__) == 0


def test_the_fleet_of_this_process_is_no_orphan() -> None:
    assert not is_orphaned(new_tag())


def test_the_fleet_of_a_dead_process_is_an_orphan() -> None:
    assert is_orphaned(_marker_of_a_dead_process())


def test_a_process_id_that_came_back_is_somebody_else() -> None:
    assert is_orphaned(f"{os.getpid()}-1.00-00000000")


@pytest.mark.parametrize("text", ["", "nonsense", "a-b-c", "1-2"])
def test_a_text_that_is_no_marker_of_ours_is_left_alone(text: str) -> None:
    assert not is_orphaned(text)
