"""One life of a server: it starts, answers, is asked to end right after its last answer, and ends."""

from __future__ import annotations

import contextlib
import functools
import http.client
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import psutil

from dashboard.cli.run.project_environment import project_environment
from tests.long.servers import SERVERS, Server
from tests.probes.receiver import Receiver, receiving
from tests.probes.traces import SeenSpan
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
STARTS_WITHIN_S = 40.0
ENDS_WITHIN_S = 30.0
SETTLED_S = 0.3
"""A server is settled when its processes have hardly used a core for so long: then each worker waits for work."""
BUSY = 0.15
"""The share of a core above which they have: a reloader that looks for changes uses less."""
ARRIVES_WITHIN_S = 3.0
"""What a process that has ended sent may still be on its way through the receiver."""
ASKED = (
    ("GET", "/hello/"),
    ("HEAD", "/hello/"),
    ("GET", "/hello-async/"),
    ("POST", "/echo/?a=1&b=%C3%BC"),
    ("GET", "/stream/"),
    ("GET", "/elsewhere/"),
    ("GET", "/missing/"),
    ("GET", "/hello"),
    ("GET", "/broken/"),
)
"""What is asked for with and without the instrument."""
BURST = 40
AT_ONCE = 4
CHANGING_HEADERS = {"date"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client saw."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(slots=True)
class Life:
    """What one life was like."""

    answers: list[Answer] = field(default_factory=list)
    burst: list[Answer] = field(default_factory=list)
    seen: list[SeenSpan] = field(default_factory=list)
    """The `server` stages of what was asked for, as they were known before the burst."""
    ended: int = 0
    """How many of the burst's answers are known to have ended, whenever that arrived."""
    ending_s: float = 0.0
    status: int | None = None
    log: str = ""


Instrumented = Literal["", "settings", "run"]
"""Not at all, by the project's settings, or by what `gatescope run` puts into its environment."""


@functools.cache
def life_of(name: str, instrumented: Instrumented) -> Life:
    """Return a life of one of `SERVERS`, the same to all who ask."""
    return live(SERVERS[name], instrumented)


def live(server: Server, instrumented: Instrumented) -> Life:
    """Start the server, ask, ask it to end, and return what that was like."""
    life = Life()
    observed = bool(instrumented)
    with receiving() as receiver, _running(server, receiver.endpoint, instrumented) as (process, port, log):
        life.answers = [_ask(port, method, path) for method, path in ASKED]
        _wait_until_settled(process)
        if observed:
            with contextlib.suppress(AssertionError):  # the tests say what is missing
                receiver.until(lambda: len(_asked_for(receiver)) == len(ASKED))
            life.seen = _asked_for(receiver)
        before = len(receiver.ended("response"))
        with ThreadPoolExecutor(AT_ONCE) as clients:
            life.burst = list(clients.map(lambda number: _ask(port, "GET", f"/hello/?burst={number}"), range(BURST)))
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        life.status = process.wait(ENDS_WITHIN_S)
        life.ending_s = time.monotonic() - begun
        if observed:
            with contextlib.suppress(AssertionError):
                receiver.until(lambda: len(receiver.ended("response")) == before + BURST, ARRIVES_WITHIN_S)
            life.ended = len(receiver.ended("response")) - before
        life.log = log.read_text(errors="replace")
    return life


def _asked_for(receiver: Receiver) -> list[SeenSpan]:
    return [span for span in receiver.ended("server") if "burst" not in span.attributes.get("url.query", "")]


def _ask(port: int, method: str, path: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, b"sent" if method == "POST" else None)
        answer = connection.getresponse()
        headers = sorted((name.lower(), value) for name, value in answer.getheaders())
        kept = tuple(pair for pair in headers if pair[0] not in CHANGING_HEADERS)
        return Answer(answer.status, answer.reason, kept, answer.read())
    finally:
        connection.close()


@contextmanager
def _running(
    server: Server, endpoint: str, instrumented: Instrumented
) -> Iterator[tuple[subprocess.Popen[bytes], int, Path]]:
    """Run the server in a process group of its own, which is gone afterwards."""
    port = free_port()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("GATESCOPE_", "OTEL_"))}
    given = {
        **inherited,
        **server.environment,
        "DJANGO_SETTINGS_MODULE": "tests.long.project.settings",
        "PYTHONPATH": str(ROOT),
    }
    if instrumented:
        given["GATESCOPE_ENDPOINT"] = endpoint
    if instrumented == "settings":
        given["TESTED_PROBES"] = "1"
    elif instrumented == "run":
        given = project_environment(given, "tested", endpoint)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                server.command_line(port),
                cwd=ROOT,
                env=given,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            _wait_for(port, process, log)
            yield process, port, log
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.05)
    raise AssertionError(f"the server does not listen; it said: {log.read_text(errors='replace')}")


def _wait_until_settled(process: subprocess.Popen[bytes]) -> None:
    """Return when every worker is there: one that is asked to end before it can hear that makes its server wait."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    before = _cpu_s(process.pid)
    while time.monotonic() < deadline:
        time.sleep(SETTLED_S)
        now = _cpu_s(process.pid)
        if now - before < BUSY * SETTLED_S:
            return
        before = now
    raise AssertionError("the server is busy though nothing is asked of it")


def _cpu_s(pid: int) -> float:
    """Return the CPU time that a process and those below it have used."""
    used = 0.0
    with contextlib.suppress(psutil.NoSuchProcess):
        top = psutil.Process(pid)
        for each in (top, *top.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = each.cpu_times()
                used += times.user + times.system
    return used
