"""A real worker of Celery, behind a real Redis, executes a task in the trace of the request that sent it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.probes.observed_request import observed_request
from tests.support.redis_server import Redis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probes.tracing import Instrument
    from tests.probes.receiver import Receiver

ROOT = Path(__file__).parents[3]
WORKER = ("-m", "celery", "--app", "tests.probes.company.celery_shop", "worker", "--pool=prefork", "--concurrency=1")
DONE_WITHIN_S = 30


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    server = Redis(tmp_path)
    server.start()
    yield server.url
    server.kill()


@pytest.fixture
def worker(redis: str, receiver: Receiver) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", *WORKER, "--without-mingle", "--without-gossip", "--loglevel=ERROR"],
        cwd=ROOT,
        env={**os.environ, "REDIS": redis, "GATESCOPE_ENDPOINT": receiver.endpoint, "OTEL_SERVICE_NAME": "worker"},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield
    process.terminate()
    try:
        process.wait(15)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.usefixtures("worker")
def test_a_worker_executes_the_task_in_the_trace_of_the_request(
    redis: str, instrument: Instrument, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS", redis)
    from tests.probes.company.celery_shop import app

    with observed_request():
        app.tasks["add"].delay(1, 2)
    receiver.until(lambda: receiver.ended("task"), DONE_WITHIN_S)
    send, task = receiver.one("send"), receiver.one("task")
    assert (task.trace_id, task.parent_id) == (send.trace_id, send.span_id)
    assert task["gatescope.task.state"] == "SUCCESS"
    assert task["process.pid"] != send["process.pid"]
    assert {resource["service.name"] for resource in receiver.resources} >= {"worker"}
    app.close()
