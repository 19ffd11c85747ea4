"""A project that knows nothing of the instrument answers as without it, and every request is seen.

Each project has an environment of its own, in which no OpenTelemetry is installed.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.long.lives import Answer
from tests.long.own_projects import PROJECTS, OwnProject
from tests.probes.receiver import Receiver, receiving
from tests.support.own_environment import OwnEnvironment, make_environment
from tests.support.ports import free_port

STARTS_WITHIN_S = 60.0
CHANGING = re.compile(rb'(name="csrfmiddlewaretoken" value="|csrftoken=)[^"; ]+')
"""Django draws it for each answer."""
COMMANDS = {
    "runserver": "manage.py runserver 127.0.0.1:{port}",
    "flask": "-m flask run --port={port}",
    "gunicorn": "-m gunicorn --bind=127.0.0.1:{port} --workers=2 --no-control-socket {wsgi}",
    "waitress": "-m waitress --listen=127.0.0.1:{port} {wsgi}",
    "granian wsgi": "-m granian --port={port} --interface=wsgi {wsgi}",
    "uvicorn": "-m uvicorn --port={port} --workers=2 {asgi}",
    "daphne": "-m daphne --port={port} {asgi}",
    "hypercorn": "-m hypercorn --bind=127.0.0.1:{port} {asgi}",
    "granian": "-m granian --port={port} --interface=asgi {asgi}",
}
"""What starts a server, after the name of the environment's Python."""
SERVERS = ("gunicorn", "waitress", "uvicorn", "daphne", "hypercorn", "granian")
"""Distributions that bring the servers."""


def _pairs() -> Iterator[tuple[str, str]]:
    for project, made in PROJECTS.items():
        for command, words in COMMANDS.items():
            needs = {"runserver": made.is_django, "flask": project == "flask"}.get(command, True)
            if needs and ("{wsgi}" not in words or made.wsgi) and ("{asgi}" not in words or made.asgi):
                yield project, command


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[OwnEnvironment, Path]]:
    """The environment and the folder of each project that was asked for so far."""
    return {}


@pytest.mark.parametrize(("project", "command"), list(_pairs()))
def test_answers_are_the_same_and_requests_are_seen(
    project: str,
    command: str,
    homes: dict[str, tuple[OwnEnvironment, Path]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    made = PROJECTS[project]
    if project not in homes:
        folder = tmp_path_factory.mktemp(project)
        made.make(folder / "project")
        homes[project] = make_environment(folder / "env", *made.distributions, *SERVERS), folder / "project"
    own, folder = homes[project]
    with receiving() as receiver:
        environment = own.observed(receiver.endpoint)
        with _serving(own, folder, made, command, environment) as port:
            seen = _ask_all(port, made)
            _expect_requests(receiver, len(seen))
    with _serving(own, folder, made, command, own.variables()) as port:
        assert seen == _ask_all(port, made)
    assert {answer.status for answer in seen} & {200, 302}


def _expect_requests(receiver: Receiver, count: int) -> None:
    """Wait until as many requests are known as were made, each once."""
    receiver.until(lambda: len(receiver.ended("server")) >= count)
    assert len(receiver.ended("server")) == count
    assert len({span.trace_id for span in receiver.ended("server")}) == count
    assert {resource["service.name"] for resource in receiver.resources} == {"my-project"}


@contextmanager
def _serving(
    own: OwnEnvironment, folder: Path, made: OwnProject, command: str, environment: Mapping[str, str]
) -> Iterator[int]:
    """Run a command and give the port once something listens; its process group is gone afterwards."""
    port = free_port()
    words = COMMANDS[command].format(port=port, wsgi=made.wsgi, asgi=made.asgi).split()
    process = subprocess.Popen(
        [own.python, *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.1)
    raise AssertionError("the server does not listen")


def _ask_all(port: int, made: OwnProject) -> list[Answer]:
    return [_ask(port, method, path) for path in made.paths for method in ("GET", "HEAD")]


def _ask(port: int, method: str, path: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, headers={"Host": "127.0.0.1"})
        answer = connection.getresponse()
        headers = sorted(
            (name.lower(), value) for name, value in answer.getheaders() if name.lower() not in {"date", "expires"}
        )
        kept = tuple((name, re.sub(r"(csrftoken=)[^;]+|expires=[^;]+", r"\1", value)) for name, value in headers)
        return Answer(answer.status, answer.reason, kept, CHANGING.sub(b"", answer.read()))
    finally:
        connection.close()
