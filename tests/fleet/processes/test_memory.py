"""What a server and its workers hold."""

import os
import subprocess
import sys

from dashboard.fleet.processes.memory import find_footprints

PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"


def test_the_memory_of_a_server_is_that_of_its_whole_family() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        parent.stdout.readline()
        ours, theirs = find_footprints({"ours": os.getpid(), "theirs": parent.pid}).values()
        # Two interpreters of a few megabytes each; ours holds Django and is their parent.
        assert 5_000_000 < theirs.measure() < ours.measure()
        parent.communicate(b"\n")
    assert theirs.measure() == 0
    assert theirs.peak_bytes > 5_000_000


def test_a_server_that_is_gone_holds_nothing() -> None:
    assert find_footprints({"gone": 2**22 + 1})["gone"].measure() == 0
