"""A whole Gatescope in processes of its own, for the tests that use it as a user or a script would."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets import Origin
from websockets.sync.client import connect

from dashboard.fleet.free_ports import taken_ports
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.table import SERVERS
from dashboard.lib.installation import ROOT

UP_WITHIN_S = 90.0
END_WITHIN_S = 20.0
RUN_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Gatescope:
    """A running demo, and a client that has fetched the page and holds its CSRF token."""

    port: int
    data: Path
    process: subprocess.Popen[bytes]
    http: httpx.Client = field(repr=False)
    output: Path
    """What the demo has printed."""

    @property
    def url(self) -> str:
        """Where its pages are, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def post(self, path: str, data: Any = None, **headers: str) -> httpx.Response:
        """POST a form with the CSRF token, as the page does, asking for JSON."""
        token = self.http.cookies.get("csrftoken") or ""
        return self.http.post(path, data=data or {}, headers={"x-csrftoken": token, **headers})

    def run(self, servers: Sequence[str], scenario: str, **fields: Any) -> dict[str, Any]:
        """Fire, wait for the end and return the finished run."""
        return self.finished(self.fire(servers, scenario, **fields))

    def fire(self, servers: Sequence[str], scenario: str, **fields: Any) -> str:
        """Fire and return the run's id at once."""
        answer = self.post("/runs", {"server": list(servers), "scenario": scenario, **fields})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def finished(self, run_id: str) -> dict[str, Any]:
        """The run once it is done."""
        deadline = time.monotonic() + RUN_WITHIN_S
        while time.monotonic() < deadline:
            run: dict[str, Any] = self.http.get(f"/runs/{run_id}").json()
            if run["state"] == "done":
                return run
            time.sleep(0.1)
        raise AssertionError(f"run {run_id} did not end within {RUN_WITHIN_S:g} s")

    def states(self) -> dict[str, str]:
        """The state of each server by name."""
        servers = self.http.get("/healthz").json()["servers"]
        return {name: server["state"] for name, server in servers.items()}

    def seen(self) -> list[dict[str, Any]]:
        """All spans of the snapshot that a new viewer is sent."""
        spans: list[dict[str, Any]] = []
        with connect(f"{self.url.replace('http', 'ws')}/live", origin=Origin(self.url), max_size=None) as viewer:
            for text in viewer:
                frame = json.loads(text)
                spans += frame["spans"]
                viewer.send(json.dumps({"ack": frame["seq"]}))
                if frame["part"] == frame["parts"]:
                    break
        return spans

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run manage.py beside the demo, with the same data folder."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**os.environ, "GATESCOPE_DATA": str(self.data)},
            capture_output=True,
            text=True,
            timeout=RUN_WITHIN_S,
            check=False,
        )


@contextmanager
def gatescope(
    data: Path,
    *only: str,
    wait: bool = True,
    otlp_ports: str = "0",
    program: Sequence[str] = ("manage.py",),
    keys: Mapping[str, str] | None = None,
) -> Iterator[Gatescope]:
    """Start the demo on free ports, with all servers or these alone; end it afterwards.

    Many run side by side, so each has OTLP's own ports only if asked to: `otlp_ports` is "HTTP,GRPC". With `keys`,
    variables of the environment, it is guarded, and the client is the presenter.
    """
    port = free_layout().port
    command = [sys.executable, *program, "demo", "--port", str(port)]
    command += ["--only", ",".join(only)] if only else []
    keys = keys or {}
    environment = {**os.environ, "GATESCOPE_DATA": str(data), "PYTHONUNBUFFERED": "1", **keys}
    environment["GATESCOPE_OTLP_PORTS"] = otlp_ports
    # Into a file: a pipe that nobody reads is full one day, and stops whoever writes into it.
    with tempfile.NamedTemporaryFile() as output:
        # A session of its own: Ctrl-C in the terminal of the tests is for the tests.
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            with httpx.Client(headers={"accept": "application/json"}, trust_env=False, timeout=60) as http:
                running = Gatescope(port, data, process, http, Path(output.name))
                http.base_url = running.url
                if "GATESCOPE_TOKEN" in keys:
                    http.headers["authorization"] = f"Bearer {keys['GATESCOPE_TOKEN']}"
                if wait:
                    _wait_until_up(running, only)
                yield running
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_layout() -> FleetLayout:
    """A dashboard's port whose fleet's ports are free as well."""
    while True:
        layout = FleetLayout(port=random.randrange(10_000, 30_000))
        if not taken_ports(layout):
            return layout


def _wait_until_up(running: Gatescope, only: Sequence[str]) -> None:
    deadline = time.monotonic() + UP_WITHIN_S
    wanted = set(only) or {entry.name for entry in SERVERS if not entry.why_missing() and not entry.on_demand}
    states: dict[str, str] = {}
    while time.monotonic() < deadline:
        assert running.process.poll() is None, running.output.read_text()
        try:
            states = running.states()
        except httpx.TransportError:
            time.sleep(0.1)
            continue
        if all(states[name] == "running" for name in wanted):
            running.http.get("/", headers={"accept": "text/html"}).raise_for_status()
            return
        time.sleep(0.1)
    raise AssertionError(f"not up within {UP_WITHIN_S:g} s: {states}")
