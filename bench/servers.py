"""Starts single servers of the fleet's table on free ports, to be measured."""

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from dashboard.fleet.readiness import wait_until_answered
from dashboard.fleet.table import SERVERS
from dashboard.lib.installation import ROOT
from tests.support.ports import free_port

READY_WITHIN_S = 60.0
END_WITHIN_S = 15.0


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs: its port, and the process that the others come from."""

    port: int
    pid: int


@contextmanager
def server(name: str, settings: str, environment: Mapping[str, str]) -> Iterator[Served]:
    """One server of the table with these Django settings."""
    entry = next(entry for entry in SERVERS if entry.name == name)
    port = free_port()
    told = {**environment, "DJANGO_SETTINGS_MODULE": settings, "OTEL_SERVICE_NAME": f"bench-{name}"}
    with _running(entry.command_on(port), told, port, "/hello/") as pid:
        yield Served(port, pid)


@contextmanager
def closed_port() -> Iterator[int]:
    """A port that nobody else can get and that refuses connections."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextmanager
def _running(command: tuple[str, ...] | list[str], told: Mapping[str, str], port: int, path: str) -> Iterator[int]:
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **told},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        asyncio.run(asyncio.wait_for(wait_until_answered(port, path=path), READY_WITHIN_S))
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(END_WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
