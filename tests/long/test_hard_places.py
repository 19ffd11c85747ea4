"""In hard places a server does what it does without the instrument, and the trace tells what that was."""

from __future__ import annotations

import contextlib
import http.client
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.long.hard_places import CLOSE_CODE
from tests.long.servers import BIN
from tests.probes.receiver import Receiver, receiving
from tests.probes.servers import run, wait_for
from tests.probes.traces import SeenSpan
from tests.support.ports import free_port

WSGI, ASGI = "tests.long.hard_places:wsgi", "tests.long.hard_places:asgi"
GUNICORN = ("gunicorn", "--bind=127.0.0.1:{port}", "--log-level=critical", "--no-control-socket")
GRANIAN = ("granian", "--port={port}", "--log-level=critical", "--workers=1")
WSGI_SERVERS = {
    "gunicorn sync": (*GUNICORN, WSGI),
    "gunicorn gthread": (*GUNICORN, "--threads=4", WSGI),
    "waitress": ("waitress-serve", "--listen=127.0.0.1:{port}", WSGI),
    "cheroot": ("cheroot", "--bind=127.0.0.1:{port}", WSGI),
    "uwsgi": (
        *("pyuwsgi", "--http-socket=127.0.0.1:{port}", "--master", "--die-on-term", "--disable-logging"),
        *("--enable-threads", f"--home={sys.prefix}", f"--module={WSGI}"),
    ),
    "granian": (*GRANIAN, "--interface=wsgi", WSGI),
}
ASGI_SERVERS = {
    "gunicorn asgi": (*GUNICORN, "--worker-class=asgi", ASGI),
    "uvicorn": ("uvicorn", "--port={port}", "--log-level=critical", ASGI),
    "daphne": ("daphne", "--port={port}", "--verbosity=0", ASGI),
    "hypercorn": ("hypercorn", "--bind=127.0.0.1:{port}", "--log-level=CRITICAL", ASGI),
    "granian": (*GRANIAN, "--interface=asgi", ASGI),
}
CUT_OFF, NO_END = "cut off", "no end in time"
NOT_STARTED, NOT_COMPLETED = "response_not_started", "response_not_completed"
WSGI_PLACES = {"/by-keyword": "", "/breaks": "LookupError", "/no-start": NOT_STARTED, "/odd-piece": None}
ASGI_PLACES = {"/breaks": "LookupError", "/no-start": NOT_STARTED, "/never-ends": NOT_COMPLETED, "/odd-piece": None}
"""The ``error.type`` of each path; None where it is the server's own."""
EXCEPTIONS = {
    ("uwsgi", "/by-keyword"): "TypeError",
    ("uwsgi", "/odd-piece"): "",
    ("granian", "/odd-piece"): "",
}
"""uWSGI takes no keywords and passes over odd pieces; Granian closes no list, so its error is not heard of."""

LIFESPANS = {
    "uvicorn": ("uvicorn", "--port={port}", "--lifespan=on", ASGI),
    "gunicorn asgi": (*GUNICORN[:2], "--no-control-socket", "--worker-class=asgi", "--asgi-lifespan=on", ASGI),
    "hypercorn": ("hypercorn", "--bind=127.0.0.1:{port}", ASGI),
}


def command_line(command: tuple[str, ...], port: int) -> list[str]:
    program, *arguments = command
    return [str(BIN / program), *(argument.format(port=port) for argument in arguments)]


@contextmanager
def serving(command: tuple[str, ...], receiver: Receiver | None) -> Iterator[int]:
    """Run a server, with the probes where there is a receiver for them; give its port."""
    port = free_port()
    endpoint = receiver.endpoint if receiver else ""
    observed = {"TESTED_PROBES": "1"} if receiver else {}
    with run(command_line(command, port), endpoint, subprocess.DEVNULL, **observed) as process:
        wait_for(port, process)
        yield port


def ask(port: int, path: str) -> object:
    """What a client sees: the status and the body, that the answer was cut off, or that it did not end in time.

    Whether the status of an answer that is cut off still gets out is a race in some servers (in Granian it is lost
    one time in thirty without the instrument): both are the same end.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except TimeoutError:
        return NO_END
    except (http.client.IncompleteRead, http.client.RemoteDisconnected, ConnectionError):
        return CUT_OFF
    except http.client.HTTPException as problem:
        return f"{type(problem).__name__}: {problem}"
    finally:
        connection.close()


def asked(command: tuple[str, ...], paths: Any, receiver: Receiver | None) -> dict[str, object]:
    with serving(command, receiver) as port:
        answers = {path: ask(port, path) for path in paths}
        if receiver:
            receiver.until(lambda: len(receiver.ended("server")) >= len(answers))
        return answers


def seen_at(receiver: Receiver) -> dict[str, SeenSpan]:
    return {span["url.path"]: span for span in receiver.ended("server")}


def check(name: str, places: dict[str, str | None], seen: dict[str, SeenSpan]) -> None:
    for path, expected in places.items():
        server = seen[path]
        error = server.attributes.get("error.type", "")
        assert "gatescope.client_left_ns" not in server.attributes, path
        assert "gatescope.died" not in server.attributes, path
        known = EXCEPTIONS.get((name, path), expected)
        if known is not None:
            assert error == known, path
        else:
            assert error not in {"", "client_disconnected", NOT_STARTED, NOT_COMPLETED}, path


@pytest.mark.parametrize("name", WSGI_SERVERS)
def test_hard_places_under_wsgi(name: str) -> None:
    with receiving() as receiver:
        answers = asked(WSGI_SERVERS[name], WSGI_PLACES, receiver)
        seen = seen_at(receiver)
    assert answers == asked(WSGI_SERVERS[name], WSGI_PLACES, None)
    check(name, WSGI_PLACES, seen)
    if (name, "/by-keyword") not in EXCEPTIONS:
        assert seen["/by-keyword"]["http.response.status_code"] == 201


@pytest.mark.parametrize("name", ASGI_SERVERS)
def test_hard_places_under_asgi(name: str) -> None:
    with receiving() as receiver:
        answers = asked(ASGI_SERVERS[name], ASGI_PLACES, receiver)
        seen = seen_at(receiver)
    assert answers == asked(ASGI_SERVERS[name], ASGI_PLACES, None)
    check(name, ASGI_PLACES, seen)


@pytest.mark.parametrize("name", ASGI_SERVERS)
def test_a_refused_socket_says_with_which_code_and_has_not_failed(name: str) -> None:
    with receiving() as receiver, serving(ASGI_SERVERS[name], receiver) as port:
        with pytest.raises(InvalidStatus) as refused:
            connect(f"ws://127.0.0.1:{port}/socket", proxy=None)
        assert refused.value.response.status_code == 403
        server = receiver.one("server")
    assert (server["http.response.status_code"], server["gatescope.session.code"]) == (403, CLOSE_CODE)
    assert server["gatescope.session.reason"] == "who are you?"
    assert (server.failed, server.attributes.get("error.type")) == (False, None)


@pytest.mark.parametrize("name", LIFESPANS)
def test_a_startup_that_fails_ends_the_server_as_without_the_instrument(name: str, tmp_path: Path) -> None:
    ends = {}
    for observed in ({"TESTED_PROBES": "1"}, {}):
        log = tmp_path / f"log{len(observed)}"
        port = free_port()
        with (
            log.open("wb") as output,
            run(
                ["sh", "-c", 'exec "$@" 2>&1', "sh", *command_line(LIFESPANS[name], port)],
                "http://127.0.0.1:9/v1/traces",
                output,
                TESTED_LIFESPAN="fails",
                **observed,
            ) as process,
        ):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            ends[len(observed)] = (process.returncode, "the database is not there" in log.read_text(errors="replace"))
    assert ends[1] == ends[0]
    assert ends[0][1] or name == "hypercorn"
