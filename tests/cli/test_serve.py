"""`manage.py serve` becomes one server, which gets the key for sending and never the presenter's token."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from dashboard.fleet.ports import why_taken
from dashboard.lib.installation import ROOT
from dashboard.management.commands.serve import KEPT_BACK
from tests.fleet.helpers import wait_until
from tests.support.demo import free_layout
from tests.support.programs import here

TOKEN, SEND_KEY = "only-the-presenter-knows", "a-key-to-send-with"


@contextmanager
def serving(name: str, data: Path, **given: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command until its server listens."""
    port = free_layout().port
    environment = {**os.environ, "GATESCOPE_DATA": str(data), "GATESCOPE_TOKEN": TOKEN, **given}
    command = [sys.executable, "manage.py", "serve", name, "--port", str(port)]
    with (
        (data / "stderr").open("w") as errors,
        subprocess.Popen(command, cwd=ROOT, env=environment, stderr=errors, text=True) as process,
    ):
        try:
            assert wait_until(lambda: bool(why_taken("127.0.0.1", port)) or process.poll() is not None, 60)
            assert process.poll() is None, (data / "stderr").read_text()
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


def environments(process: subprocess.Popen[str]) -> list[dict[str, str]]:
    """The environment of the server and of each process below it."""
    server = psutil.Process(process.pid)
    return [one.environ() for one in (server, *server.children(recursive=True))]


def test_a_server_gets_the_key_for_sending_and_not_the_token(tmp_path: Path) -> None:
    with serving("uvicorn", tmp_path, GATESCOPE_SEND_KEY=SEND_KEY) as process:
        found = environments(process)
    assert all(one["GATESCOPE_SEND_KEY"] == SEND_KEY for one in found)
    assert not [name for one in found for name, value in one.items() if TOKEN in value]


@pytest.mark.skipif("nginx" not in here(["nginx"]), reason="nginx is not installed")
def test_nginx_starts_before_whoever_gets_its_log_and_does_not_get_the_token(tmp_path: Path) -> None:
    around = {
        "GATESCOPE_SERVERS": "uvicorn=http://127.0.0.1:9",
        "GATESCOPE_ACCESS_LOG_TO": "no-such-host.invalid:8514",
    }
    with serving("nginx", tmp_path, **around) as process:
        found = environments(process)
    assert len(found) > 1  # with the relay of its log
    assert not [name for one in found for name, value in one.items() if TOKEN in value]
    assert KEPT_BACK in (tmp_path / "stderr").read_text()
