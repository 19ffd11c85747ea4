"""A dashboard for the duration of one command, where none is running: on free ports, its data deleted afterwards."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from dashboard.cli.address import usual_url
from dashboard.cli.api_client import Dashboard, RefusedError, dashboard_at, dashboard_version
from dashboard.cli.terminal import Terminal
from dashboard.fleet.errors import ConfigurationError
from dashboard.fleet.free_ports import find_free_layout
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.processes.guard import TAG_VARIABLE
from dashboard.fleet.processes.process_tag import new_tag
from dashboard.lib.installation import ROOT

UP_WITHIN_S = 90.0
END_WITHIN_S = 20.0
LOOK_EVERY_S = 0.1
LAST_LINES = 5


@contextmanager
def any_dashboard(url: str, names: Sequence[str], terminal: Terminal) -> Iterator[Dashboard]:
    """Connect to the dashboard of `running_or_temporary`. Raises RefusedError."""
    with ExitStack() as stack:
        with terminal.progress("Looking for a dashboard, or starting one"):
            found = stack.enter_context(running_or_temporary(url, names))
        yield stack.enter_context(dashboard_at(found))


@contextmanager
def running_or_temporary(url: str, names: Sequence[str]) -> Iterator[str]:
    """Yield the URL of a dashboard: `url` if given, else the usual one if it runs, else that of a temporary one.

    The temporary one has the servers `names`. Raises RefusedError when it does not come up.
    """
    if url or dashboard_version(usual_url()):
        yield url or usual_url()
    else:
        with temporary_dashboard(names) as temporary:
            yield temporary


@contextmanager
def temporary_dashboard(names: Sequence[str]) -> Iterator[str]:
    """Yield the URL of a new dashboard whose servers are up; end it afterwards with everything it started.

    Raises RefusedError when it does not come up.
    """
    try:
        layout = find_free_layout()
    except ConfigurationError as error:
        raise RefusedError(str(error)) from error
    with (
        tempfile.TemporaryDirectory(prefix="gatescope-", ignore_cleanup_errors=True) as folder,
        _reaper(folder) as tag,
    ):
        log = Path(folder) / "demo.log"
        process = _start(layout, names, Path(folder) / "data", log, tag)
        try:
            _wait_until_up(process, layout.dashboard_url, names, log)
            yield layout.dashboard_url
        finally:
            _end(process)


def _start(layout: FleetLayout, names: Sequence[str], data: Path, log: Path, tag: str) -> "subprocess.Popen[bytes]":
    # The token of a guarded dashboard, and databases that others use, are none of its business.
    foreign = {"DATABASE_URL", "REDIS_URL", "GATESCOPE_TOKEN", "GATESCOPE_SERVERS", "GATESCOPE_PUBLISHED_HOST"}
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    command = [sys.executable, "-m", "gatescope", "demo", "--host", layout.host, "--port", str(layout.port)]
    command.append("--no-otlp-ports")
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 -- our own command
            [*command, "--only", ",".join(names)],
            cwd=ROOT,
            env={**kept, "GATESCOPE_DATA": str(data), TAG_VARIABLE: tag},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for the command, which then ends the demo in its own time.
            start_new_session=True,
        )


@contextmanager
def _reaper(folder: str) -> Iterator[str]:
    """Yield a tag for what we start. Should we be killed, a reaper ends all that carries it and removes `folder`."""
    tag = new_tag()
    command = [sys.executable, "-m", "dashboard.fleet.processes.reaper_process", tag, folder]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True):  # noqa: S603 -- ours
        yield tag


def _wait_until_up(process: "subprocess.Popen[bytes]", url: str, names: Sequence[str], log: Path) -> None:
    """Return once each of these servers runs, is missing or has failed. Raises RefusedError."""
    deadline = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            lines = log.read_text(errors="replace").strip().splitlines()[-LAST_LINES:]
            raise RefusedError("The temporary dashboard does not come up: " + " / ".join(lines))
        try:
            states = httpx.get(f"{url}/healthz", trust_env=False, timeout=UP_WITHIN_S).json()["servers"]
            if not any(states[name]["state"] == "starting" for name in names) and _have_begun(states, names):
                return
        except (httpx.HTTPError, ValueError):
            pass  # It does not listen yet.
        time.sleep(LOOK_EVERY_S)
    raise RefusedError(f"The temporary dashboard was not up within {UP_WITHIN_S:g} s.")


def _have_begun(states: dict[str, dict[str, str]], names: Sequence[str]) -> bool:
    return all(states[name]["state"] in {"running", "missing", "failed"} for name in names)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
