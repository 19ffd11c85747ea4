"""Two dashboards and a real Redis show one picture: always when it is there, and again when it comes back empty."""

import asyncio
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import websockets

from tests.ingest.requests import json_request, json_span
from tests.support.bare_dashboard import Served, serving
from tests.support.redis_server import Redis
from tests.support.viewer import Model, until, watch


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    made = Redis(tmp_path)
    made.start()
    yield made
    made.kill()


Pair = tuple[Served, Served]


@pytest.fixture
def pair(tmp_path: Path, redis: Redis) -> Iterator[Pair]:
    """Two dashboards that share the Redis."""
    with serving(tmp_path, REDIS_URL=redis.url) as one, serving(tmp_path, REDIS_URL=redis.url) as other:
        yield one, other


async def post(server: Served, *numbers: int, losses: int = 0) -> None:
    """Let spans with these numbers arrive at one dashboard."""
    spans = [
        json_span(traceId=f"{number:032x}", spanId=f"{number:016x}", name=f"span {number}") for number in numbers
    ]
    resource = {
        "attributes": [
            {"key": "service.name", "value": {"stringValue": "uwsgi"}},
            {"key": "gatescope.dropped_spans", "value": {"intValue": losses}},
        ]
    }
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{server.url}/v1/traces", json=json_request(*spans, resource=resource))
        assert answer.status_code == 200


class Watching:
    """A viewer of one dashboard for the length of a block."""

    def __init__(self, server: Served) -> None:
        self._server = server
        self.model = Model()

    async def __aenter__(self) -> Model:
        self._socket = await websockets.connect(self._server.live, origin=self._server.url)
        self._task = asyncio.create_task(watch(self._socket, self.model))
        return self.model

    async def __aexit__(self, *error: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._socket.close()


def names(model: Model) -> set[str]:
    return {span["name"] for span in model.spans.values()}


async def test_what_arrives_at_one_is_shown_by_both(pair: Pair) -> None:
    one, other = pair
    async with Watching(one) as here, Watching(other) as there:
        await post(one, 1, 2, losses=5)
        await post(other, 3)
        everything = {"span 1", "span 2", "span 3"}
        await until(lambda: names(here) == names(there) == everything)
        await until(lambda: there.losses.get("uwsgi", {}).get("dropped_spans") == 5)


async def test_a_dashboard_that_joins_later_gets_all_there_is(tmp_path: Path, redis: Redis) -> None:
    with serving(tmp_path, REDIS_URL=redis.url) as one:
        for first in range(1, 1_500, 500):
            await post(one, *range(first, first + 500))
        with serving(tmp_path, REDIS_URL=redis.url) as late:
            async with Watching(late) as there:
                await until(lambda: len(there.spans) == 1_500)


async def test_while_redis_is_away_local_viewers_go_on_and_are_told(pair: Pair, redis: Redis) -> None:
    one, _ = pair
    async with Watching(one) as here:
        await post(one, 1)
        await until(lambda: names(here) == {"span 1"})
        redis.kill()
        await post(one, 2)
        await until(lambda: names(here) == {"span 1", "span 2"}, within_s=5)
        await until(lambda: f"Redis at {redis.url} does not answer (since" in here.notice)
        assert here.snapshots == 1


async def test_when_redis_comes_back_empty_both_are_whole_again(pair: Pair, redis: Redis) -> None:
    one, other = pair
    async with Watching(one) as here, Watching(other) as there:
        await post(one, 1)
        await until(lambda: names(there) == {"span 1"})
        redis.kill()
        await post(one, 2)
        await post(other, 3)
        await until(lambda: here.notice and there.notice)
        redis.start()
        everything = {"span 1", "span 2", "span 3"}
        await until(lambda: names(here) == names(there) == everything)
        await until(lambda: here.notice == there.notice == "")
        await post(one, 4)
        await until(lambda: names(there) == {*everything, "span 4"})


async def test_a_redis_that_forgets_its_groups_is_noticed(pair: Pair, redis: Redis) -> None:
    one, other = pair
    async with Watching(other) as there:
        await post(one, 1)
        await until(lambda: names(there) == {"span 1"})
        with socket.create_connection(("127.0.0.1", redis.port)) as control:
            control.sendall(b"FLUSHALL\r\n")
            assert control.recv(100) == b"+OK\r\n"
        await post(one, 2)
        await until(lambda: names(there) == {"span 1", "span 2"}, within_s=15)


async def test_a_redis_that_hangs_is_survived(pair: Pair, redis: Redis) -> None:
    one, other = pair
    async with Watching(one) as here, Watching(other) as there:
        await post(one, 1)
        await until(lambda: names(there) == {"span 1"})
        redis.signal(signal.SIGSTOP)
        await post(one, 2)
        await until(lambda: names(here) == {"span 1", "span 2"}, within_s=5)
        await until(lambda: "does not answer" in here.notice)
        redis.signal(signal.SIGCONT)
        await until(lambda: names(there) == {"span 1", "span 2"})


async def test_a_dashboard_starts_while_redis_is_away(tmp_path: Path, redis: Redis) -> None:
    redis.kill()
    with serving(tmp_path, REDIS_URL=f"redis://user:secret@127.0.0.1:{redis.port}/0") as one:
        async with Watching(one) as here:
            await post(one, 1)
            await until(lambda: names(here) == {"span 1"} and here.notice)
            assert f"@127.0.0.1:{redis.port}/0" in here.notice
            assert "secret" not in here.notice
