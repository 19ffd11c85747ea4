"""Processes are remembered by id and start, and only those of a dead supervisor are found again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard.fleet.processes.roster import FILE, Roster


@pytest.fixture
def leader() -> Iterator[subprocess.Popen[bytes]]:
    """A process that leads a session and has a child in it."""
    code = "import os, time; os.fork(); print(flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout
        process.stdout.readline()
        process.stdout.readline()
        yield process
        os.killpg(process.pid, 9)


def test_a_process_is_found_again_with_its_whole_session(tmp_path: Path, leader: subprocess.Popen[bytes]) -> None:
    Roster(tmp_path).add("tag", leader.pid)
    found = Roster(tmp_path).find("tag".__eq__)
    assert len(found) == 2
    assert leader.pid in {process.pid for process in found}
    assert Roster(tmp_path).find("another".__eq__) == []


def test_what_has_the_id_of_a_process_that_ended_is_somebody_else(
    tmp_path: Path, leader: subprocess.Popen[bytes]
) -> None:
    (tmp_path / FILE).write_text(f"tag {leader.pid} another-boot/1\ntag {leader.pid} gone\n")
    assert Roster(tmp_path).find("tag".__eq__) == []


def test_what_is_forgotten_is_not_found_and_the_rest_is(tmp_path: Path, leader: subprocess.Popen[bytes]) -> None:
    roster = Roster(tmp_path)
    roster.add("gone", leader.pid)
    roster.add("kept", leader.pid)
    roster.forget("gone".__eq__)
    assert roster.find("gone".__eq__) == []
    assert roster.find("kept".__eq__)


def test_what_one_dashboard_adds_while_another_forgets_is_kept(tmp_path: Path) -> None:
    def add_some() -> None:
        for _ in range(200):
            Roster(tmp_path).add("kept", os.getpid())

    with ThreadPoolExecutor(1) as other:
        adding = other.submit(add_some)
        while not adding.done():
            Roster(tmp_path).forget("another".__eq__)
        adding.result()
    assert len((tmp_path / FILE).read_text().splitlines()) == 200


def test_a_file_that_says_nonsense_names_nobody(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\x00 nonsense\ntag x y\ntag 1\n\n")
    assert Roster(tmp_path).find(lambda _: True) == []


def test_without_a_file_nobody_is_remembered(tmp_path: Path) -> None:
    assert Roster(tmp_path).find(lambda _: True) == []
