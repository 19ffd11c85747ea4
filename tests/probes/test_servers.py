"""The probes inside every real server: everything arrives, early, once, and also after SIGTERM."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.probes.receiver import Receiver
from tests.probes.servers import ASGI_SERVERS, COMMANDS, WSGI_SERVERS, Server, serving

REQUESTS = 100


def get(server: Server, path: str = "/", **headers: str) -> bytes:
    request = urllib.request.Request(server.url + path, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        body: bytes = answer.read()
        return body


def crash(server: Server) -> None:
    """Have the application raise; servers answer with 500 or close the connection."""
    with pytest.raises(OSError) as failure:  # noqa: PT011 - HTTPError is one, a closed connection another
        get(server, "/crash")
    if isinstance(failure.value, urllib.error.HTTPError):
        failure.value.close()


def ended_by_sigterm(name: str, receiver: Receiver) -> float:
    """Fire, ask the server at once to end, and return the share of requests whose end arrived until it was gone."""
    before = len(receiver.ended("response"))
    with serving(name, receiver.endpoint) as server, ThreadPoolExecutor(4) as clients:
        assert list(clients.map(lambda _: get(server), range(REQUESTS))) == [b"hello"] * REQUESTS
        server.terminate()
    return (len(receiver.ended("response")) - before) / REQUESTS


@pytest.mark.parametrize("name", COMMANDS)
def test_everything_that_ended_arrives_after_sigterm(name: str, receiver: Receiver) -> None:
    # A worker of uWSGI that has answered but is still busy with putting the request away runs no exit hooks
    # (plugins/python/python_plugin.c, uwsgi_python_atexit), so it is given another chance to be caught idle.
    tries = 6 if name == "uwsgi" else 1
    assert any(ended_by_sigterm(name, receiver) >= 0.99 for _ in range(tries))
    final = [span.span_id for span in receiver.spans if span.end_ns]
    assert len(final) == len(set(final))
    assert {resource["service.name"] for resource in receiver.resources} == {"tested"}


@pytest.mark.parametrize("name", COMMANDS)
def test_an_open_span_arrives_half_a_second_before_it_ends(name: str, receiver: Receiver) -> None:
    with serving(name, receiver.endpoint) as server:
        get(server)  # the first request pays for imports
        receiver.one("server")
        assert get(server, "/wait?s=1") == b"hello"
        receiver.until(lambda: len(receiver.ended("server")) == 2)
    final = max(receiver.ended("server"), key=lambda span: span.start_ns)
    opened = next(span for span in receiver.open("server") if span.span_id == final.span_id)
    assert opened.at_ns - opened.start_ns < 250_000_000
    assert final.end_ns - opened.at_ns > 500_000_000


@pytest.mark.parametrize("name", COMMANDS)
def test_a_streamed_body_and_a_crash_are_seen(name: str, receiver: Receiver) -> None:
    with serving(name, receiver.endpoint) as server:
        assert get(server, "/stream") == b"piece 0\npiece 1\npiece 2\n"
        receiver.until(lambda: len(receiver.ended("response")) == 1)
        assert receiver.ended("response")[0].attributes["gatescope.response.bytes"] == 24
        crash(server)
        receiver.until(lambda: len(receiver.ended("server")) == 2)
    crashed = next(span for span in receiver.ended("server") if span.attributes["url.path"] == "/crash")
    assert crashed.attributes["error.type"] == "LookupError"


@pytest.mark.parametrize("name", WSGI_SERVERS)
def test_the_servers_own_file_wrapper_works(name: str, receiver: Receiver) -> None:
    with serving(name, receiver.endpoint) as server:
        assert b"A small WSGI application" in get(server, "/file")
        receiver.until(lambda: receiver.ended("server"))
        receiver.until(lambda: receiver.ended("response"))


@pytest.mark.parametrize("name", ["gunicorn-sync-preload", "uwsgi"])
def test_forked_workers_send_for_themselves_and_share_no_id(name: str, receiver: Receiver) -> None:
    with serving(name, receiver.endpoint) as server, ThreadPoolExecutor(8) as clients:
        deadline = time.monotonic() + 20
        while len(pids(receiver)) < 2 and time.monotonic() < deadline:
            list(clients.map(lambda _: get(server, "/wait?s=0.05"), range(16)))
        server.terminate()
    assert len(pids(receiver)) == 2
    final = [span for span in receiver.spans if span.end_ns]
    assert len({span.span_id for span in final}) == len(final)
    assert len({span.trace_id for span in final}) == len(receiver.ended("server"))
    assert {resource["process.pid"] for resource in receiver.resources} == pids(receiver)


def pids(receiver: Receiver) -> set[int]:
    return {span.attributes["process.pid"] for span in receiver.ended("server")}


@pytest.mark.parametrize("name", ["gunicorn-gthread", "uvicorn"])
def test_a_hostile_request_is_answered(name: str, receiver: Receiver) -> None:
    with serving(name, receiver.endpoint) as server:
        assert get(server, "/?a=%FF&token=x", traceparent="nonsense", **{"X-Request-Start": "t=nonsense"}) == b"hello"
        assert receiver.one("server").attributes["url.query"] == "a=%FF&token=REDACTED"


@pytest.mark.parametrize("name", ASGI_SERVERS)
def test_requests_on_one_loop_are_told_apart(name: str, receiver: Receiver) -> None:
    with serving(name, receiver.endpoint) as server, ThreadPoolExecutor(10) as clients:
        begun = time.monotonic()
        list(clients.map(lambda _: get(server, "/wait?s=1"), range(10)))
        assert time.monotonic() - begun < 6
        receiver.until(lambda: len(receiver.ended("server")) == 10)
    servers = receiver.ended("server")
    assert len({span.attributes["gatescope.loop"] for span in servers}) == 1
    assert len({span.attributes["thread.id"] for span in servers}) == 1
    for span in servers:
        assert sum(span.attributes["gatescope.slices"][1::2]) < (span.end_ns - span.start_ns) / 2
