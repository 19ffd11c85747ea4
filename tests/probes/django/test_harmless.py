"""The observed shop answers as it does without the instrument, byte for byte, on the same threads."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.probes.django.in_process import ask_asgi, request_observed
from tests.probes.django.servers import run, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from tests.probes.django.conftest import Observed
    from tests.probes.django.servers import Server

PATHS = [
    "/",
    "/hello/",
    "/wait/?seconds=0",
    "/wait-async/?seconds=0",
    "/wait-blocking/?seconds=0",
    "/cpu/?seconds=0",
    "/query/",
    "/query-async/",
    "/gather/",
    "/sequence/?seconds=0.05",
    "/template/",
    "/error/",
    "/products/teapot/",
    "/products/unicorn/",
    "/wait/?seconds=x",
    "/hello",
    "/nowhere/",
    "/hello/?%ff=%fe&token=1",
    "/%2e%2e/",
]
ANSWERS = {
    "/hello/": b"hello",
    "/hello-async/": b"hello",
    "/templated/": b"1 page",
    "/own-bridge/": b"from the loop",
    "/template-response/": b"later",
}
COUNT_THREADS = """
import asyncio, io, threading
import django
from django.core.handlers.asgi import ASGIHandler
django.setup()
handler, seen = ASGIHandler(), set()
begin = threading.Thread.start
threading.Thread.start = lambda thread: (seen.add(thread.name.split("_")[0].split("-")[0]), begin(thread))[1]

async def ask():
    request = [{"type": "http.request", "body": b"", "more_body": False}]
    async def receive():
        return request.pop() if request else await asyncio.sleep(60)
    async def send(message): ...
    scope = {"type": "http", "method": "GET", "path": "/wait-async/", "query_string": b"seconds=0.2"}
    scope["headers"] = [(b"host", b"localhost")]
    await handler(scope, receive, send)

async def main():
    started = [asyncio.create_task(ask()) for _ in range(5)]
    await asyncio.sleep(0.1)
    mine = [t for t in threading.enumerate() if not t.name.lower().startswith("gatescope")]
    await asyncio.gather(*started)
    print(len(mine))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def bare_uvicorn(shop_data: Path, upstream: str) -> Iterator[Server]:
    with serving("uvicorn", shop_data, GATESCOPE_DISABLED="1", UPSTREAM_URL=upstream) as server:
        yield server


@pytest.fixture(scope="module")
def bare_gunicorn(shop_data: Path, upstream: str) -> Iterator[Server]:
    with serving("gunicorn-sync", shop_data, GATESCOPE_DISABLED="1", UPSTREAM_URL=upstream) as server:
        yield server


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ["gunicorn", "uvicorn"])
def test_answers_are_the_same_with_and_without(request: pytest.FixtureRequest, name: str, path: str) -> None:
    watched: Observed = request.getfixturevalue(name)
    bare: Server = request.getfixturevalue(f"bare_{name}")
    assert comparable(watched.server.get(path)) == comparable(bare.get(path))


def test_requests_under_asgi_hold_no_more_threads_than_without(shop_data: Path) -> None:
    count = [sys.executable, "-c", COUNT_THREADS]
    bare = run(count, shop_data, GATESCOPE_DISABLED="1")
    watched = run(count, shop_data, GATESCOPE_ENDPOINT="http://127.0.0.1:9/v1/traces")
    assert watched == bare


@pytest.mark.parametrize(
    "broken",
    [
        "view.describe_code",
        "view.route_of",
        "middleware.dotted_name",
        "resolve.route_of",
        "signal._find_name",
        "signal.is_recording",
        "crossing._describe",
        "crossing.current_identity",
        "reason._unwrap_partial",
        "view.label",
        "middleware.label",
    ],
)
async def test_error_inside_the_instrument_never_reaches_the_request(
    instrument: None, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the instrument is broken")

    monkeypatch.setattr(f"probes.django.{broken}", fails)
    with request_observed():
        for path, answer in ANSWERS.items():
            assert (await ask_asgi(path, ["AsyncOnly", "SyncOnly"])).content == answer


def comparable(response: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return status, headers but for the time of day, and body."""
    headers = [(name, value) for name, value in response.headers.multi_items() if name != "date"]
    return response.status_code, headers, response.content
