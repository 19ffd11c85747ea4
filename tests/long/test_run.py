"""`gatescope run` as a developer has it: two projects, one dashboard, and what may happen to either of them."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from dashboard.lib.installation import ROOT
from tests.support.own_environment import OwnEnvironment, make_environment
from tests.support.ports import free_port

WITHIN_S = 90.0
APP = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]

async def asgi(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})
"""
GUNICORN = "gunicorn --bind=127.0.0.1:{port} --workers=2 --no-control-socket app:application"
UVICORN = "uvicorn --port={port} --lifespan=off app:asgi"


class Developer:
    """Starts commands with `gatescope run` in one project, at one dashboard's port."""

    def __init__(self, own: OwnEnvironment, folder: Path) -> None:
        self.own, self.folder = own, folder
        self.dashboard = f"http://127.0.0.1:{free_port()}"

    @contextmanager
    def running(self, name: str, command: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
        port = free_port()
        words = [self.own.python, "-m", *command.format(port=port).split()]
        given = self.own.variables(
            GATESCOPE_DATA=str(self.folder / "data"), GATESCOPE_PORT=self.dashboard.rpartition(":")[2]
        )
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "run", "--name", name, "--", *words],
            cwd=self.folder,
            env=given,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}/"
            until(lambda: fetch(url) == b"hello")
            yield process, url
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def shows(self, url: str) -> bool:
        """Return whether a request at ``url`` is on the dashboard soon after it was answered."""
        trace = secrets.token_hex(16)
        assert fetch(url, traceparent=f"00-{trace}-{'1' * 16}-01") == b"hello"
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            with contextlib.suppress(ValueError):
                if json.loads(fetch(f"{self.dashboard}/traces/{trace}", accept="application/json") or b"{}"):
                    return True
            time.sleep(0.1)
        return False

    def fires_at(self, service: str, **order: str) -> dict[str, object]:
        """Fire from the page at a service; return its answers by status, or what it was refused with."""
        with httpx.Client(base_url=self.dashboard, trust_env=False, timeout=60) as page:
            page.get("/services", headers={"accept": "text/html"})
            headers = {
                "x-csrftoken": page.cookies["csrftoken"],
                "referer": self.dashboard,
                "accept": "application/json",
            }
            said = page.post("/services", data={"service": service, **order}, headers=headers).json()
            found: dict[str, object] = said.get("answers", said)
            return found

    def is_there(self) -> bool:
        return bool(fetch(f"{self.dashboard}/healthz"))

    def dashboard_process(self) -> psutil.Process:
        (note,) = (self.folder / "data" / "runs").glob("*/dashboard")
        return psutil.Process(int(note.read_text().partition("-")[0]))


def fetch(url: str, **headers: str) -> bytes:
    """Return the body of a good answer; b"" for any other, or none."""
    with contextlib.suppress(OSError), urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        body: bytes = answer.read()
        return body
    return b""


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.2)


@pytest.fixture
def developer(tmp_path: Path) -> Iterator[Developer]:
    (tmp_path / "app.py").write_text(APP)
    developer = Developer(make_environment(tmp_path / "env", "gunicorn", "uvicorn"), tmp_path)
    yield developer
    with contextlib.suppress(ValueError, psutil.Error):
        developer.dashboard_process().kill()


@pytest.mark.timeout(400)
def test_two_projects_share_a_dashboard_that_ends_with_the_last_of_them(developer: Developer) -> None:
    with developer.running("shop", GUNICORN) as (shop, shop_url):
        until(lambda: developer.shows(shop_url))
        with developer.running("api", UVICORN) as (api, api_url):
            first = developer.dashboard_process()
            assert first.ppid() != shop.pid  # a server may wait for whatever child of its ends
            until(lambda: developer.shows(api_url))

            assert developer.fires_at("shop", method="GET", target="/again", count="12", concurrency="4") == {
                "200": 12
            }
            assert "error" in developer.fires_at("nobody", target="/")

            worker, *_ = psutil.Process(shop.pid).children()
            worker.kill()
            until(lambda: developer.shows(shop_url))

            first.kill()
            assert fetch(shop_url) == fetch(api_url) == b"hello"
            with developer.running("more", UVICORN):
                until(lambda: developer.shows(shop_url))
                until(lambda: developer.shows(api_url))
                assert developer.dashboard_process().pid != first.pid
                shop.terminate()
                assert shop.wait(20) == 0
            api.kill()
            until(lambda: not developer.is_there())
    assert list((developer.folder / "data" / "runs").glob("*/*.run")) == []


@pytest.mark.timeout(200)
def test_a_project_that_fails_at_import_says_what_it_says_without_us_and_leaves_nothing(developer: Developer) -> None:
    (developer.folder / "app.py").write_text("import os\nos.environ['NEEDED_BY_THE_SETTINGS']\n")
    plain = [developer.own.python, "-m", *UVICORN.format(port=free_port()).split()]
    data, port = str(developer.folder / "data"), developer.dashboard.rpartition(":")[2]
    variables = developer.own.variables(GATESCOPE_DATA=data, GATESCOPE_PORT=port)
    observed = [sys.executable, str(ROOT / "manage.py"), "run", "--", *plain]
    without, with_us = (
        subprocess.run(
            command, cwd=developer.folder, env=variables, capture_output=True, text=True, timeout=100, check=False
        )
        for command in (plain, observed)
    )
    assert with_us.returncode == without.returncode != 0
    assert "KeyError: 'NEEDED_BY_THE_SETTINGS'" in with_us.stderr
    assert "/probes/" not in with_us.stderr
    until(lambda: not developer.is_there())
