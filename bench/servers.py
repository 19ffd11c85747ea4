"""Starts single servers of the fleet's table on free ports, to be measured."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from dashboard.fleet.entry import ROOT
from dashboard.fleet.readiness import wait_until_answered
from dashboard.fleet.table import SERVERS
from tests.support.ports import free_port

READY_WITHIN_S = 60.0
END_WITHIN_S = 15.0


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
        asyncio.run(asyncio.wait_for(wait_until_answered(port, path=path), READY_WITHIN_S))
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(END_WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
