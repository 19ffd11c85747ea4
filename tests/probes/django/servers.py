"""Real servers with the shop inside, for tests: each a process of its own with `samples.settings`."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from tests.support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[3]
STARTED_WITHIN_S = 30.0

COMMANDS = {
    "uvicorn": ("uvicorn", "samples.asgi:application", "--port={port}", "--log-level=warning"),
    "upstream": ("uvicorn", "samples.upstream:application", "--port={port}", "--log-level=warning"),
    "gunicorn-sync": (
        "gunicorn",
        "samples.wsgi:application",
        "--bind=127.0.0.1:{port}",
        "--log-level=warning",
    ),
    "gunicorn-gthread": (
        "gunicorn",
        "samples.wsgi:application",
        "--bind=127.0.0.1:{port}",
        "--threads=4",
        "--log-level=warning",
    ),
}


@dataclass(frozen=True)
class Server:
    """A running server and the ways tests talk to it."""

    name: str
    url: str
    process: subprocess.Popen[bytes]

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Send one request on a connection of its own."""
        return httpx.get(self.url + path, headers=headers, timeout=30, trust_env=False)

    def get_at_once(self, path: str, count: int) -> list[httpx.Response]:
        """Send `count` requests at the same time; return the answers in the order of asking."""
        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(self.get, [path] * count))


def environment(data: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of an observed process, with nothing of ours inherited by accident."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("GATESCOPE_", "OTEL_"))}
    return inherited | {"DJANGO_SETTINGS_MODULE": "samples.settings", "GATESCOPE_DATA": str(data)} | dict(extra)


def migrate(data: Path) -> None:
    """Make the shop's database, with its content."""
    run([sys.executable, "-m", "django", "migrate", "--verbosity=0"], data)


def run(command: list[str], data: Path, **extra: str) -> str:
    """Run a command beside the shop and return what it printed; raise with its errors when it fails."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(data, extra),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextlib.contextmanager
def serving(name: str, data: Path, **extra: str) -> Iterator[Server]:
    """Run the server `name` on a free port until the block ends; `extra` is added to its environment."""
    port = free_port()
    program, *arguments = COMMANDS[name]
    command = [str(Path(sys.executable).with_name(program)), *(part.format(port=port) for part in arguments)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(data, {"OTEL_SERVICE_NAME": name} | extra), stderr=subprocess.PIPE
    )
    server = Server(name, f"http://127.0.0.1:{port}", process)
    try:
        wait_until_listening(server, port)
        yield server
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=20)
        assert b"Traceback" not in errors, errors.decode()


def wait_until_listening(server: Server, port: int) -> None:
    """Return when the server takes connections; raise with what it said when it ended or took too long."""
    deadline = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < deadline and server.process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    server.process.kill()
    raise AssertionError(f"{server.name} did not start: {server.process.communicate()[1].decode()}")
