"""A command that finds no dashboard has one of its own for that long, and leaves nothing behind however it ends."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil

from dashboard.lib.installation import ROOT
from tests.fleet.helpers import wait_until

BORROWING = """
from dashboard.cli.temporary_dashboard import temporary_dashboard
with temporary_dashboard(["uvicorn"]) as url:
    print(url, flush=True)
    input()
"""


def test_a_command_that_is_killed_leaves_no_process_and_no_file() -> None:
    command = [sys.executable, "-c", BORROWING]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as borrower:
        assert borrower.stdout
        assert borrower.stdout.readline().startswith("http://127.0.0.1:")
        family = psutil.Process(borrower.pid).children(recursive=True)
        assert any("demo" in process.cmdline() for process in family)
        (folder,) = {word for process in family for word in process.cmdline() if "/gatescope-" in word}
        borrower.send_signal(signal.SIGKILL)
    assert wait_until(lambda: not any(map(_lives, family)) and not Path(folder).exists(), 20)


def _lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
