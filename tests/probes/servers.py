"""Starts real servers on free ports with an observed application, and ends them as a supervisor would."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
WSGI = "tests.probes.apps.wsgi_app:application"
ASGI = "tests.probes.apps.asgi_app:application"
LIVING = "tests.probes.apps.asgi_living:application"
STARTS_WITHIN_S = 20.0
ENDS_WITHIN_S = 15.0

GUNICORN = (sys.executable, "-m", "gunicorn", "-b", "127.0.0.1:{port}", "--log-level", "error", "--no-control-socket")
COMMANDS: dict[str, tuple[str, ...]] = {
    "gunicorn-sync": (*GUNICORN, "-w", "1", WSGI),
    "gunicorn-sync-preload": (*GUNICORN, "-w", "2", "--preload", WSGI),
    "gunicorn-gthread": (*GUNICORN, "-k", "gthread", "--threads", "4", WSGI),
    "gunicorn-asgi": (*GUNICORN, "-k", "asgi", ASGI),
    "uwsgi": (
        *(str(BIN / "pyuwsgi"), "--http-socket", "127.0.0.1:{port}", "--master", "--processes", "2"),
        *("--enable-threads", "--die-on-term", "--module", WSGI, "--home", sys.prefix, "--disable-logging"),
    ),
    "waitress": (sys.executable, "-m", "waitress", "--listen=127.0.0.1:{port}", WSGI),
    "uvicorn": (sys.executable, "-m", "uvicorn", "--port", "{port}", "--log-level", "warning", ASGI),
    "uvicorn-lifespan": (sys.executable, "-m", "uvicorn", "--port", "{port}", "--log-level", "warning", LIVING),
    "daphne": (sys.executable, "-m", "daphne", "-p", "{port}", "-v", "0", ASGI),
    "hypercorn": (sys.executable, "-m", "hypercorn", "-b", "127.0.0.1:{port}", "--log-level", "ERROR", ASGI),
}
WSGI_SERVERS = ("gunicorn-sync", "gunicorn-sync-preload", "gunicorn-gthread", "uwsgi")
ASGI_SERVERS = ("gunicorn-asgi", "uvicorn", "uvicorn-lifespan", "daphne", "hypercorn")


@dataclass
class Server:
    """A running server."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def terminate(self) -> float:
        """Send SIGTERM and return the seconds until the process ended."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(ENDS_WITHIN_S)
        return time.monotonic() - begun


@contextmanager
def serving(name: str, endpoint: str, **environment: str) -> Iterator[Server]:
    """Run one of `COMMANDS`, whose probes report to ``endpoint``."""
    port = free_port()
    command = [part.format(port=port) for part in COMMANDS[name]]
    with run(command, endpoint, **environment) as process:
        wait_for(port, process)
        yield Server(name, port, process)


@contextmanager
def run(
    command: Sequence[str], endpoint: str, stdout: Any = None, cwd: str = str(ROOT), **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a process group of its own, which is gone afterwards."""
    given = {"GATESCOPE_ENDPOINT": endpoint, "OTEL_SERVICE_NAME": "tested", "PYTHONPATH": str(ROOT), **environment}
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **given},
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens at the port."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.05)
    raise AssertionError("the server does not listen")
