"""What the instrument costs an application while its receiver is up, down, hanging, slow or refusing."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from statistics import quantiles

import pytest

from probes.tracing import Instrument
from probes.types import Environ, StartResponse, WSGIApp
from tests.probes.apps.short_life import application, bare, handle
from tests.probes.receiver import receiving
from tests.probes.servers import run, serving
from tests.support.ports import free_port

pytestmark = [pytest.mark.alone, pytest.mark.long]

STATES = ("up", "down", "hanging", "slow", "refusing")
REQUEST_S = 0.02
ROUNDS = 10
ADDED_S = 0.001
ADDED_RATIO = 1.05
ADDED_BYTES = 16 * 2**20
EXIT_S = 6.0
"""The promise is 3 s, and the stock exporter takes 7 to 11; a busy machine gets twice the promise."""


@contextmanager
def receiver_in(state: str) -> Iterator[str]:
    """Give the endpoint of a receiver that is in one of `STATES`."""
    if state == "down":
        yield f"http://127.0.0.1:{free_port()}/v1/traces"
        return
    with receiving() as receiver:
        receiver.behaviour.hanging = state == "hanging"
        receiver.behaviour.answer_after_s = 1.0 if state == "slow" else 0.0
        receiver.behaviour.status = 503 if state == "refusing" else 200
        yield receiver.endpoint


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def working(app: WSGIApp) -> WSGIApp:
    """An application that takes as long as a small real one, most of it waiting."""

    def work(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        time.sleep(REQUEST_S)
        return app(environ, start_response)

    return work


@pytest.mark.parametrize("state", STATES)
def test_a_request_is_hardly_later(state: str, install: Callable[..., Instrument]) -> None:
    with receiver_in(state) as endpoint:
        install(endpoint=endpoint)
        handle(20)
        rounds = []
        for _ in range(ROUNDS):
            # One by one in turn, so that what else the machine does hits both.
            without, observed = [], []
            for _ in range(30):
                without += handle(1, working(bare))
                observed += handle(1, working(application))
            rounds.append((p95(without), p95(observed)))
            if p95(observed) - p95(without) <= ADDED_S and p95(observed) / p95(without) <= ADDED_RATIO:
                break
    # The best round: the promise is about the instrument, not about the neighbours on this machine.
    added = min(observed - without for without, observed in rounds)
    ratio = min(observed / without for without, observed in rounds)
    assert added <= ADDED_S
    assert ratio <= ADDED_RATIO


@pytest.mark.parametrize("state", STATES)
def test_memory_stays_bounded(state: str) -> None:
    command = [sys.executable, "-m", "tests.probes.apps.growing", "10000"]
    with (
        receiver_in(state) as endpoint,
        run(command, endpoint, stdout=subprocess.PIPE, GATESCOPE_BUDGET="1000000") as process,
    ):
        grown, _ = process.communicate(timeout=50)
    assert int(grown) <= ADDED_BYTES


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("pause_s", [0.0, 0.5])
def test_a_process_ends_in_time(state: str, pause_s: float) -> None:
    command = [sys.executable, "-m", "tests.probes.apps.short_life", "200", str(pause_s)]
    with receiver_in(state) as endpoint, run(command, endpoint, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"done\n"
        begun = time.monotonic()
        assert process.wait(30) == 0
        assert time.monotonic() - begun <= EXIT_S
        process.stdout.close()


@pytest.mark.parametrize("state", ["down", "hanging"])
@pytest.mark.parametrize("name", ["gunicorn-sync", "uwsgi", "uvicorn", "daphne"])
def test_a_server_ends_in_time(name: str, state: str) -> None:
    with receiver_in(state) as endpoint, serving(name, endpoint) as server:
        for _ in range(20):
            urllib.request.urlopen(server.url, timeout=10).close()
        assert server.terminate() <= EXIT_S
