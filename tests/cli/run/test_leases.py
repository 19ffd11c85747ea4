"""A dashboard that a run has started goes on as long as any run that uses it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dashboard.cli.run.leases import Leases
from dashboard.fleet.processes.process_tag import tag_of

TAKE = "import sys; from pathlib import Path; from dashboard.cli.run.leases import Leases; "
TAKE += (
    "leases = Leases(Path(sys.argv[1]), 1)\nwith leases.held(): leases.take()\nprint(flush=True); sys.stdin.read()"
)


def test_it_is_given_up_when_the_last_run_has_ended_however_that_ended(tmp_path: Path) -> None:
    leases = Leases(tmp_path, 1)
    command = [sys.executable, "-c", TAKE, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as second:
            for each in (first, second):
                assert each.stdout is not None
                each.stdout.readline()
            leases.note_dashboard(tag_of(first.pid))
            assert not leases.give_up_dashboard()
            second.kill()
        assert not leases.give_up_dashboard()
        assert leases.has_dashboard()
        first.kill()
    assert leases.give_up_dashboard()
    assert not leases.has_dashboard()


def test_where_no_run_has_started_one_there_is_none(tmp_path: Path) -> None:
    assert not Leases(tmp_path, 1).has_dashboard()
