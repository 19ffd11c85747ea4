"""What is served in a process that knows nothing of the instrument is seen, once a request."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.probes.receiver import Receiver
from tests.support.own_environment import OwnEnvironment
from tests.support.ports import free_port

STARTS_WITHIN_S = 40.0

PLAIN = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]

async def asgi(scope, receive, send):
    if scope["type"] == "lifespan":
        raise RuntimeError("not supported")
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"hello"})
"""
FLASK = """
from flask import Flask

app = Flask(__name__)

@app.get("/")
def hello():
    return "hello"
"""
OWN_PACKAGES = "IS_THE_PROJECTS = True\n"


@contextmanager
def serving(
    own: OwnEnvironment, folder: Path, endpoint: str, command: Sequence[str], **environment: str
) -> Iterator[str]:
    """Run a command of Python's with the hook; give its address. Its process group is gone afterwards."""
    port = free_port()
    process = subprocess.Popen(
        [own.python, *(word.format(port=port) for word in command)],
        cwd=folder,
        env=own.observed(endpoint, **environment),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        url = f"http://127.0.0.1:{port}/"
        _ask_until_answered(url, process)
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _ask_until_answered(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(ConnectionError, urllib.error.URLError):
            ask(url)
            return
        time.sleep(0.1)
    raise AssertionError(f"nobody answers at {url}")


def ask(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        body: bytes = answer.read()
        return body


GUNICORN = ("-m", "gunicorn", "--bind=127.0.0.1:{port}", "--no-control-socket", "app")
UVICORN = ("-m", "uvicorn", "--port={port}", "app:asgi")
FLASK_RUN = ("-m", "flask", "--app=app", "run", "--port={port}")


@pytest.mark.parametrize(
    ("source", "command"),
    [(PLAIN, GUNICORN), (PLAIN, UVICORN), (FLASK, FLASK_RUN)],
    ids=["gunicorn", "uvicorn", "flask"],
)
def test_an_application_without_a_framework_of_ours_is_seen(
    own: OwnEnvironment, receiver: Receiver, tmp_path: Path, source: str, command: Sequence[str]
) -> None:
    (tmp_path / "app.py").write_text(source)
    with serving(own, tmp_path, receiver.endpoint, command) as url:
        assert ask(url) == b"hello"
        receiver.until(lambda: len(receiver.ended("server")) == 2)
    interfaces = {span.attributes["gatescope.interface"] for span in receiver.ended("server")}
    assert interfaces == {"asgi" if command is UVICORN else "wsgi"}
    assert receiver.resources[-1]["service.name"] == "my-project"


def test_a_project_with_packages_of_our_names_is_seen_and_goes_on_when_its_server_is_reloaded(
    own: OwnEnvironment, receiver: Receiver, site: Path
) -> None:
    for name in ("probes", "dashboard", "samples"):
        (site / name).mkdir()
        (site / name / "__init__.py").write_text(OWN_PACKAGES)
    urls = site / "mysite" / "urls.py"
    urls.write_text(
        "import probes, dashboard, samples\nfrom django.http import HttpResponse\nfrom django.urls import path\n"
        "def hello(request):\n    return HttpResponse(str(probes.IS_THE_PROJECTS))\n"
        "urlpatterns = [path('', hello)]\n"
    )
    with serving(own, site, receiver.endpoint, ["manage.py", "runserver", "127.0.0.1:{port}"]) as url:
        assert ask(url) == b"True"
        receiver.until(lambda: receiver.ended("view"))
        first = {resource["process.pid"] for resource in receiver.resources}
        urls.write_text(urls.read_text().replace("str(probes.IS_THE_PROJECTS)", "'changed'"))
        deadline = time.monotonic() + STARTS_WITHIN_S
        body = b""
        while body != b"changed" and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                body = ask(url)
            time.sleep(0.1)
        receiver.until(lambda: {resource["process.pid"] for resource in receiver.resources} - first)
    assert body == b"changed"


def test_a_project_that_has_the_probes_in_its_settings_is_seen_once(
    own: OwnEnvironment, receiver: Receiver, site: Path
) -> None:
    settings = site / "mysite" / "settings.py"
    added = settings.read_text().replace("INSTALLED_APPS = [", 'INSTALLED_APPS = ["gatescope.probes.django",')
    settings.write_text(added)
    command = ["-m", "uvicorn", "--port={port}", "mysite.asgi:application"]
    with serving(own, site, receiver.endpoint, command) as url:
        ask(url)
        receiver.until(lambda: len(receiver.ended("server")) >= 2)
    assert len({span.trace_id for span in receiver.ended("server")}) == len(receiver.ended("server"))
    assert len(receiver.ended("handler")) == len(receiver.ended("server"))
