"""Observed servers that report to a receiver of ours, and the instrument inside this process."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest

from tests.probes.django.in_process import instrumented
from tests.probes.django.servers import Server, migrate, serving
from tests.probes.receiver import Receiver, receiving
from tests.probes.traces import Trace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REPORTS_WITHIN_S = 10.0


@pytest.fixture
def instrument() -> Iterator[None]:
    """Patch Django in this process during the test."""
    with instrumented():
        yield


@pytest.fixture(scope="session")
def shop_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("shop")
    migrate(data)
    return data


class Observed:
    """A server with the instrument in it and the receiver that it reports to."""

    def __init__(self, server: Server, receiver: Receiver) -> None:
        self.server = server
        self.receiver = receiver

    def trace(self, path: str) -> Trace:
        """Send one request and return what was seen of it."""
        return self.traces(path, 1)[0]

    def traces(self, path: str, count: int) -> list[Trace]:
        """Send `count` requests at once and return what was seen of them."""
        self.receiver.forget()
        self.server.get_at_once(path, count)
        return self.receiver.traces(lambda traces: len(traces) >= count)


@contextlib.contextmanager
def observing(name: str, data: Path, upstream: str) -> Iterator[Observed]:
    """Start a server that reports to a receiver of its own, and wait until it does."""
    with (
        receiving() as receiver,
        serving(name, data, GATESCOPE_ENDPOINT=receiver.endpoint, UPSTREAM_URL=upstream) as server,
    ):
        deadline = time.monotonic() + REPORTS_WITHIN_S
        while not receiver.spans:
            assert time.monotonic() < deadline, f"{name} reports nothing"
            server.get("/hello/")
            time.sleep(0.1)
        yield Observed(server, receiver)


@pytest.fixture(scope="session")
def upstream(shop_data: Path) -> Iterator[str]:
    """The URL of the service that the shop calls."""
    with serving("upstream", shop_data, GATESCOPE_DISABLED="1") as server:
        yield server.url


@pytest.fixture(scope="session")
def uvicorn(shop_data: Path, upstream: str) -> Iterator[Observed]:
    with observing("uvicorn", shop_data, upstream) as observed:
        yield observed


@pytest.fixture(scope="session")
def gunicorn(shop_data: Path, upstream: str) -> Iterator[Observed]:
    with observing("gunicorn-sync", shop_data, upstream) as observed:
        yield observed


@pytest.fixture(params=["gunicorn", "uvicorn"])
def observed(request: pytest.FixtureRequest) -> Observed:
    server: Observed = request.getfixturevalue(request.param)
    return server
