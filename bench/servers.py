"""Starts what is measured: a dashboard of its own on free ports, and single servers of the fleet's table."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dashboard.fleet.entry import ROOT
from dashboard.fleet.readiness import answered
from dashboard.fleet.table import SERVERS

READY_WITHIN_S = 60.0
END_WITHIN_S = 15.0


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def dashboard(data: Path, *servers: str) -> Iterator[int]:
    """A whole demo with these servers of the fleet; gives its port."""
    # The fleet's ports lie above the dashboard's, so the port must leave room for them.
    port = min(free_port(), 60_000)
    command = [sys.executable, "manage.py", "demo", "--port", str(port), "--only", ",".join(servers)]
    with _running(command, {"GATESCOPE_DATA": str(data)}, port, "/healthz"):
        yield port


@contextmanager
def server(name: str, settings: str, environment: Mapping[str, str]) -> Iterator[int]:
    """One server of the table with these Django settings; gives its port."""
    entry = next(entry for entry in SERVERS if entry.name == name)
    port = free_port()
    told = {**environment, "DJANGO_SETTINGS_MODULE": settings, "OTEL_SERVICE_NAME": f"bench-{name}"}
    with _running(entry.command_on(port), told, port, "/hello/"):
        yield port


@contextmanager
def _running(command: tuple[str, ...] | list[str], told: Mapping[str, str], port: int, path: str) -> Iterator[None]:
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **told},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        asyncio.run(asyncio.wait_for(answered(port, path=path), READY_WITHIN_S))
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(END_WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
