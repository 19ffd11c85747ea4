"""`manage.py watch`: the dashboard alone, which starts no server and says so."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx

from dashboard import __version__
from dashboard.fleet.layout import FleetLayout
from dashboard.lib.installation import ROOT


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gatescope", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def watching(layout: FleetLayout) -> Iterator["subprocess.Popen[str]"]:
    """A `watch` on the port that only GATESCOPE_PORT names; PORT is a project's."""
    settings = {"GATESCOPE_DATA": str(layout.data), "GATESCOPE_PORT": str(layout.port), "PORT": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "gatescope", "watch"],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        try:
            next(line for line in process.stdout if "Gatescope is ready" in line)
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)


def test_it_is_a_dashboard_without_servers_that_a_second_one_recognises(layout: FleetLayout) -> None:
    here = {"GATESCOPE_DATA": str(layout.data), "GATESCOPE_PORT": str(layout.port)}
    with watching(layout) as process:
        health = httpx.get(f"{layout.dashboard_url}/healthz", trust_env=False).json()
        assert (health["version"], health["servers"]) == (__version__, {})
        second, fired = run("watch", **here), run("fire", "uvicorn", "hello", "--json", **here)
        already = (
            f"A dashboard (Gatescope {__version__}) already runs at {layout.dashboard_url}. Choose another address"
        )
        assert (second.returncode, second.stdout) == (2, "")
        assert second.stderr.startswith(already)
        assert fired.returncode == 2
        assert "has no servers of its own" in json.loads(fired.stdout)["error"]
    assert process.returncode == 0


class _OtherVersion(BaseHTTPRequestHandler):
    """Answers as a dashboard of the future would."""

    def do_GET(self) -> None:
        body = json.dumps({"status": "ok", "version": "99\x1b[2J", "servers": {}}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_dashboard_of_another_version_is_named_and_not_used() -> None:
    with HTTPServer(("127.0.0.1", 0), _OtherVersion) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        fired = run("fire", "uvicorn", "hello", GATESCOPE_PORT=str(server.server_port))
        server.shutdown()
    assert fired.returncode == 2
    assert f"is Gatescope 99\\x1b[2J, and this command is of {__version__}" in fired.stderr
