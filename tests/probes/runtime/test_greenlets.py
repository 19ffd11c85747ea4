"""Under gevent it is known when the greenlet of a request ran, and nobody else's view of the switches changes."""

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

import gevent
import greenlet
import pytest

from probes.types import Environ, StartResponse
from probes.wsgi import WSGIProbe
from tests.probes.receiver import Receiver
from tests.probes.traces import SeenSpan

pytestmark = pytest.mark.usefixtures("instrument")


def on_a_hub(work: Callable[[], object]) -> None:
    """Call it in a thread, whose hub goes with it."""

    def run() -> None:
        work()
        gevent.get_hub().destroy(destroy_loop=True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def sleeping(environ: Environ, start_response: StartResponse) -> list[bytes]:
    start_response("200 OK", [])
    gevent.sleep(0.2)
    return [b"slept"]


def computing(environ: Environ, start_response: StartResponse) -> list[bytes]:
    start_response("200 OK", [])
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        pass
    return [b"computed"]


def request(app: Any) -> None:
    body: Any = WSGIProbe(app)({"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.input": object()}, lambda *_: print)
    list(body)
    body.close()


def at_once(*apps: Any) -> None:
    on_a_hub(lambda: gevent.joinall([gevent.spawn(request, app) for app in apps]))


def turns(span: SeenSpan) -> list[tuple[int, int]]:
    """When it ran, unix ns."""
    flat = span["gatescope.slices"]
    return [(span.start_ns + at, span.start_ns + at + took) for at, took in zip(flat[::2], flat[1::2], strict=True)]


def ran_share(span: SeenSpan) -> float:
    return sum(to - begun for begun, to in turns(span)) / span.duration_ns


def test_a_greenlet_that_sleeps_does_not_run(receiver: Receiver) -> None:
    at_once(sleeping)
    span = receiver.one("server")
    assert len(turns(span)) == 2
    assert ran_share(span) < 0.5


def test_a_greenlet_that_computes_runs_all_the_time(receiver: Receiver) -> None:
    at_once(computing)
    assert ran_share(receiver.one("server")) > 0.9


def test_of_the_greenlets_of_a_hub_one_runs_at_a_time(receiver: Receiver) -> None:
    at_once(sleeping, sleeping, computing, sleeping)
    receiver.until(lambda: len(receiver.ended("server")) == 4)
    ran = sorted(turn for span in receiver.ended("server") for turn in turns(span))
    assert all(to <= after for (_, to), (after, _) in itertools.pairwise(ran))
    assert len({span["gatescope.loop"] for span in receiver.ended("server")}) == 1


def test_outside_of_gevent_nothing_is_recorded(receiver: Receiver) -> None:
    request(computing)
    assert "gatescope.slices" not in receiver.one("server").attributes


def test_whoever_traced_the_switches_before_still_does_and_alone_afterwards(receiver: Receiver) -> None:
    events: list[str] = []

    def work() -> None:
        def trace(event: str, _switched: object) -> None:
            events.append(event)

        greenlet.settrace(trace)
        gevent.spawn(request, sleeping).join()
        assert greenlet.gettrace() is trace
        greenlet.settrace(None)

    on_a_hub(work)
    assert "switch" in events


def test_whoever_traces_the_switches_during_a_request_keeps_doing_so(receiver: Receiver) -> None:
    traced: list[object] = []

    def work() -> None:
        def trace(*_: object) -> None:
            """Watch."""

        def install() -> None:
            greenlet.settrace(trace)

        gevent.joinall([gevent.spawn(request, sleeping), gevent.spawn(install)])
        traced.append(greenlet.gettrace() is trace)
        greenlet.settrace(None)

    on_a_hub(work)
    assert traced == [True]


def test_without_a_request_nothing_is_called_at_a_switch(receiver: Receiver) -> None:
    left: list[object] = []

    def work() -> None:
        gevent.spawn(request, sleeping).join()
        left.append(greenlet.gettrace())

    on_a_hub(work)
    assert left == [None]
