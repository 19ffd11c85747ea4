"""A dashboard for the length of one command, where none is running: on free ports, with data that goes with it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from dashboard.cli.api_client import DEFAULT_URL, RefusedError, is_answering
from dashboard.fleet import ports
from dashboard.fleet.entry import ROOT
from dashboard.fleet.layout import HIGHEST_DASHBOARD_PORT, Place
from dashboard.fleet.processes.process_tag import VARIABLE, new_marker
from dashboard.fleet.table import SERVERS

UP_WITHIN_S = 90.0
END_WITHIN_S = 20.0
LOOK_EVERY_S = 0.1
FIRST_PORT = 8000
PORT_STEP = 200
"""Beyond all ports of a fleet, so that the next try meets others."""
LAST_LINES = 5


@contextmanager
def some_dashboard(url: str, names: Sequence[str]) -> Iterator[str]:
    """The URL of a dashboard: `url` when one was named, else the usual one, else one of our own with these servers.

    Raises RefusedError when ours does not come up.
    """
    if url or is_answering(DEFAULT_URL):
        yield url or DEFAULT_URL
    else:
        with own_dashboard(names) as own:
            yield own


@contextmanager
def own_dashboard(names: Sequence[str]) -> Iterator[str]:
    """Start one with these servers, wait until they are up, and end it with everything it started."""
    place = free_place()
    with (
        tempfile.TemporaryDirectory(prefix="gatescope-", ignore_cleanup_errors=True) as folder,
        _guard(folder) as marker,
    ):
        log = Path(folder) / "demo.log"
        process = _demo(place, names, Path(folder) / "data", log, marker)
        try:
            _wait(process, place.dashboard_url, names, log)
            yield place.dashboard_url
        finally:
            _end(process)


def _demo(place: Place, names: Sequence[str], data: Path, log: Path, marker: str) -> "subprocess.Popen[bytes]":
    # A guarded dashboard's token, and databases of others, are not for one that lives for a moment.
    foreign = {"DATABASE_URL", "REDIS_URL", "GATESCOPE_TOKEN", "GATESCOPE_SERVERS", "GATESCOPE_PUBLISHED_HOST"}
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    command = [sys.executable, "manage.py", "demo", "--host", place.host, "--port", str(place.port)]
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 -- our own command
            [*command, "--only", ",".join(names)],
            cwd=ROOT,
            env={**kept, "GATESCOPE_DATA": str(data), VARIABLE: marker},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for the command, which then ends the demo in its own time.
            start_new_session=True,
        )


@contextmanager
def _guard(folder: str) -> Iterator[str]:
    """The marker of what we start; should this process be killed the guard ends all of that and removes `folder`."""
    marker = new_marker()
    command = [sys.executable, "-m", "dashboard.fleet.processes.reaper_process", marker, folder]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True):  # noqa: S603 -- ours
        yield marker


def free_place() -> Place:
    """A dashboard's port whose fleet's ports are free as well. Raises RefusedError when there is none."""
    for port in range(FIRST_PORT, HIGHEST_DASHBOARD_PORT, PORT_STEP):
        place = Place(port=port)
        if not taken_ports(place):
            return place
    raise RefusedError("No free ports were found for a dashboard and its servers: end what takes them.")


def taken_ports(place: Place) -> list[int]:
    """Those ports of a place that somebody else listens on."""
    numbers = [place.port, *(port for entry in SERVERS for port in place.ports_of(entry))]
    return [number for number in numbers if ports.refusal(place.host, number)]


def _wait(process: "subprocess.Popen[bytes]", url: str, names: Sequence[str], log: Path) -> None:
    """Until each of these servers runs, or is said to be missing or to have failed."""
    deadline = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            lines = log.read_text(errors="replace").strip().splitlines()[-LAST_LINES:]
            raise RefusedError("A dashboard of our own does not come up: " + " / ".join(lines))
        try:
            states = httpx.get(f"{url}/healthz", trust_env=False, timeout=UP_WITHIN_S).json()["servers"]
            if not any(states[name]["state"] == "starting" for name in names) and _begun(states, names):
                return
        except (httpx.HTTPError, ValueError):
            """It does not listen yet."""
        time.sleep(LOOK_EVERY_S)
    raise RefusedError(f"A dashboard of our own was not up within {UP_WITHIN_S:g} s.")


def _begun(states: dict[str, dict[str, str]], names: Sequence[str]) -> bool:
    return all(states[name]["state"] in {"running", "missing", "failed"} for name in names)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
