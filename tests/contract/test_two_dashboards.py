"""Two whole dashboards on one Redis show one picture, also when Redis was away and came back with nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from tests.support.demo import Gatescope, gatescope
from tests.support.redis_server import Redis
from tests.support.viewer import Model, until, watch

SAID_WITHIN_S = 10
"""It takes a second; 3 s are promised, on a machine that does nothing else."""
WHOLE_WITHIN_S = 15
"""5 s are promised."""


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    made = Redis(tmp_path_factory.mktemp("redis"))
    made.start()
    yield made
    made.kill()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, redis: Redis) -> Iterator[tuple[Gatescope, Gatescope]]:
    """Two demos, each with a server, a database and a folder of its own; all they share is Redis."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REDIS_URL", redis.url)
        with (
            gatescope(tmp_path_factory.mktemp("one"), "uvicorn") as one,
            gatescope(tmp_path_factory.mktemp("other"), "gunicorn-sync") as other,
        ):
            yield one, other


@asynccontextmanager
async def viewer(demo: Gatescope) -> AsyncIterator[Model]:
    """What a page of this dashboard holds."""
    model = Model()
    async with connect(f"{demo.url.replace('http', 'ws')}/live", origin=Origin(demo.url), max_size=None) as socket:
        watching = asyncio.create_task(watch(socket, model))
        yield model
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def fired(demo: Gatescope, server: str, **fields: Any) -> list[str]:
    """Fire and wait for the end; the trace ids of the run."""
    run = await asyncio.to_thread(demo.run, [server], "hello", **fields)
    return [request["trace_id"] for request in run["servers"][server]["requests"]]


async def kept(demo: Gatescope, traces: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """The spans that a dashboard holds of these traces."""
    answers = [await asyncio.to_thread(demo.http.get, f"/traces/{trace_id}") for trace_id in traces]
    spans = [span for answer in answers for span in answer.json()["spans"]]
    return {(span["trace_id"], span["span_id"]): span for span in spans}


def holds(model: Model, spans: dict[tuple[str, str], dict[str, Any]]) -> bool:
    """Whether a viewer has exactly these versions of these spans."""
    return len(spans) > 0 and all(model.spans.get(key) == span for key, span in spans.items())


async def test_a_run_fired_at_one_is_complete_on_a_viewer_of_the_other(pair: tuple[Gatescope, Gatescope]) -> None:
    one, other = pair
    async with viewer(other) as there:
        traces = await fired(one, "uvicorn", count=20)
        spans = await kept(one, traces)
        await until(lambda: holds(there, spans))
    assert len(traces) == 20
    stages = {span["stage"] for span in spans.values()}
    assert {"client", "queue", "server", "view"} <= stages
    assert all(span["end_ns"] is not None for span in spans.values())


async def test_redis_killed_and_started_empty_is_said_and_both_are_whole_again(
    pair: tuple[Gatescope, Gatescope], redis: Redis
) -> None:
    one, other = pair
    async with viewer(one) as here, viewer(other) as there:
        killed = time.monotonic()
        redis.kill()
        await until(lambda: "does not answer" in here.notice and "does not answer" in there.notice, SAID_WITHIN_S)
        print(f"said after {time.monotonic() - killed:.2f} s")
        missed = await kept(one, await fired(one, "uvicorn", count=3))
        missed |= await kept(other, await fired(other, "gunicorn-sync", count=3))
        assert not holds(here, missed)
        assert not holds(there, missed)
        back = time.monotonic()
        redis.start()
        await until(lambda: holds(here, missed) and holds(there, missed), WHOLE_WITHIN_S)
        await until(lambda: here.notice == there.notice == "", WHOLE_WITHIN_S)
        print(f"whole after {time.monotonic() - back:.2f} s")


def test_a_wrong_password_is_one_sentence_and_the_rest_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = Redis(tmp_path, "--requirepass", "right")
    guarded.start()
    try:
        monkeypatch.setenv("REDIS_URL", guarded.url.replace("//", "//:wrong@"))
        with gatescope(tmp_path, "uvicorn") as alone:
            assert alone.run(["uvicorn"], "hello")["servers"]["uvicorn"]["errors"] == 0
            assert alone.http.get("/healthz").json()["notice"] == (
                f"Redis at {guarded.url.replace('//', '//…@')} rejects the user or the password of REDIS_URL: "
                "this dashboard shows only what reaches it directly."
            )
    finally:
        guarded.kill()
