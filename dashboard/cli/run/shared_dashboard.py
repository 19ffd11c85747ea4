"""The dashboard of a run: the one that answers on its port, or one that is started, and shared with later runs."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from dashboard import __version__
from dashboard.cli.api_client import dashboard_version
from dashboard.cli.run.leases import ENDS_WITH_RUNS, Leases
from dashboard.fleet import ports
from dashboard.fleet.processes.process_tag import is_orphaned, tag_of
from dashboard.lib.environment import OURS, is_systems
from dashboard.lib.installation import ROOT
from dashboard.lib.printable import printable

HOST = "127.0.0.1"
ANSWERS_WITHIN_S = 5.0
UP_WITHIN_S = 60.0
LOOK_EVERY_S = 0.05
LAST_LINES = 3
LOG = "watch.log"
IN_BACKGROUND = 'log=$1; shift; "$@" >"$log" 2>&1 </dev/null & echo $!'
"""For a shell: starts a command whose output goes into a file, and prints its process id."""


class DashboardError(Exception):
    """There is no dashboard that could be used; the message says why, in one sentence, and what to do."""


def use_dashboard(data: Path, port: int, say: Callable[[str], None]) -> str:
    """Return the URL of the dashboard on ``port``, started if there is none. Raises DashboardError.

    It goes on at least as long as this process does, if it was a run that started it.
    """
    leases = Leases(data, port)
    with leases.held():
        if leases.has_dashboard():
            _expect_own_version(port)
            leases.take()
        elif not _is_answering(port):
            say(f"starting a dashboard, which ends with the last run that uses it ({data / LOG}).")
            _start(leases, data, port)
    return _url(port)


def _is_answering(port: int) -> bool:
    """Return whether a dashboard of this version is there. Raises DashboardError where something else is."""
    if not ports.why_taken(HOST, port):
        return False
    _expect_own_version(port)
    return True


def _expect_own_version(port: int) -> None:
    """Raise DashboardError unless what answers on ``port`` is a dashboard of this version."""
    version = dashboard_version(_url(port), ANSWERS_WITHIN_S)
    if version == __version__:
        return
    advice = f"End it, or choose another port: gatescope run --port {port + 1} -- …"
    if not version:
        raise DashboardError(f"{ports.why_taken(HOST, port) or f'Port {port} is taken.'} {advice}")
    theirs = printable(version)[:40]
    raise DashboardError(f"The dashboard on port {port} is Gatescope {theirs}, this is {__version__}. {advice}")


def _url(port: int) -> str:
    return f"http://{HOST}:{port}"


def _start(leases: Leases, data: Path, port: int) -> None:
    """Start a dashboard and wait until it answers. Raises DashboardError when it does not."""
    log = data / LOG
    pid = _start_process(log, port)
    tag = tag_of(pid)
    try:
        _wait_until_up(tag, port, log)
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        raise
    leases.note_dashboard(tag)
    leases.take()


def _start_process(log: Path, port: int) -> int:
    """Start the dashboard as nobody's child, and return its process id.

    This process becomes a server, which may wait for whatever child ends.
    """
    # DATABASE_URL, PORT and the like are the project's.
    own = {name: value for name, value in os.environ.items() if is_systems(name) or name.startswith(OURS)}
    watch = f"watch --no-otlp-ports --host {HOST} --port {port}".split()
    done = subprocess.run(  # noqa: S603 - our own command
        ["/bin/sh", "-c", IN_BACKGROUND, "sh", str(log), sys.executable, "-m", "gatescope", *watch],
        cwd=ROOT,
        env={**own, ENDS_WITH_RUNS: "1"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for the project's command
        check=True,
    )
    return int(done.stdout)


def _wait_until_up(tag: str, port: int, log: Path) -> None:
    deadline = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < deadline and not is_orphaned(tag):
        if dashboard_version(_url(port), ANSWERS_WITHIN_S):
            return
        time.sleep(LOOK_EVERY_S)
    lines = printable(" / ".join(log.read_text(errors="replace").strip().splitlines()[-LAST_LINES:]))
    raise DashboardError(f"The dashboard does not come up: {lines or 'it says nothing'} ({log}).")
