"""The runner sends real requests over real sockets and says truthfully what came back."""

import asyncio
import time
from typing import Any

import pytest

from dashboard.runs.orders import OrderError
from dashboard.runs.results import RunResult
from dashboard.runs.runner import MAX_ACTIVE_RUNS, MAX_UNKEPT_RUNS, Runner
from dashboard.runs.target import Target
from dashboard.traces.attributes import CONNECTED, FIRST_BYTE, LAST_BYTE, SENT
from tests.runs.firing import Recorder, answer_ok, listening, order

STEPS = (CONNECTED, SENT, FIRST_BYTE, LAST_BYTE)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """These servers send no spans; waiting for them is not what is tested here."""
    monkeypatch.setattr("dashboard.runs.runner.SPANS_ARRIVE_WITHIN_S", 0)


async def test_every_request_is_sent_and_its_answer_reported() -> None:
    recorder = Recorder()
    async with listening(answer_ok) as url:
        run = await recorder.fire(order(5), url)
    requests = run.servers["uvicorn"].requests
    assert run.state == "done"
    assert [(request.index, request.status) for request in requests] == [(n, 200) for n in range(1, 6)]
    assert len({request.trace_id for request in requests}) == 5


async def test_a_request_carries_its_trace_and_the_moment_it_left() -> None:
    heads = []

    async def note(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append((head.decode(), time.time()))
        await answer_ok(head, writer)

    recorder = Recorder()
    async with listening(note) as url:
        run = await recorder.fire(order(), url)
    lines = dict(line.split(": ", 1) for line in heads[0][0].split("\r\n")[1:] if line)
    fields = {name.lower(): value for name, value in lines.items()}
    span = recorder.versions[-1]
    assert fields["traceparent"] == f"00-{span.trace_id}-{span.span_id}-01"
    assert run.servers["uvicorn"].requests[0].trace_id == span.trace_id
    assert 0 <= heads[0][1] - float(fields["x-request-start"].removeprefix("t=")) < 5


async def test_the_client_span_is_seen_at_each_step_while_the_request_is_on_its_way() -> None:
    recorder = Recorder()
    async with listening(answer_ok) as url:
        await recorder.fire(order(), url)
    steps = [[key for key in STEPS if key in span.attributes] for span in recorder.versions]
    assert [len(step) for step in steps] == [0, 1, 2, 3, 4]
    assert [span.final for span in recorder.versions] == [False, False, False, False, True]


async def test_no_more_requests_are_under_way_than_ordered() -> None:
    under_way = peak = 0

    async def count(head: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal under_way, peak
        under_way += 1
        peak = max(peak, under_way)
        await asyncio.sleep(0.02)
        under_way -= 1
        await answer_ok(head, writer)

    async with listening(count) as url:
        await Recorder().fire(order(12, concurrency="3"), url)
    assert peak == 3


async def test_a_refused_connection_is_one_sentence() -> None:
    async with listening(answer_ok) as url:
        pass
    run = await Recorder().fire(order(), url)
    request = run.servers["uvicorn"].requests[0]
    assert (request.status, request.error) == (None, "uvicorn refused the connection")
    assert run.servers["uvicorn"].errors == 1


async def test_an_answer_that_breaks_off_is_an_error() -> None:
    async def half(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
        await writer.drain()

    async with listening(half) as url:
        run = await Recorder().fire(order(), url)
    assert "uvicorn broke off" in run.servers["uvicorn"].requests[0].error


async def test_a_connection_that_closes_without_an_answer_is_said_in_plain_words() -> None:
    async def nothing(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 2")
        await writer.drain()

    async with listening(nothing) as url:
        run = await Recorder().fire(order(), url)
    error = run.servers["uvicorn"].requests[0].error
    assert error == "uvicorn broke off: it closed the connection without an answer"


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    heads = []

    async def redirect(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        writer.write(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()

    async with listening(redirect) as url:
        run = await Recorder().fire(order(), url)
    assert run.servers["uvicorn"].requests[0].status == 302
    assert len(heads) == 1


async def test_a_proxy_in_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with listening(answer_ok) as url:
        run = await Recorder().fire(order(), url)
    assert run.servers["uvicorn"].requests[0].status == 200


async def hang(head: bytes, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def test_a_run_stops_long_before_its_requests_would() -> None:
    recorder = Recorder()
    async with listening(hang) as url:
        run = recorder.runner.start(order(3), {"uvicorn": Target.of_url(url)})
        await asyncio.sleep(0.2)
        begun = time.monotonic()
        assert await recorder.runner.stop(run.id)
        assert time.monotonic() - begun < 5
    assert recorder.runner.look(run.id) is None
    stopped = recorder.finished[0]
    assert stopped.note == "stopped"
    assert {request.error for request in stopped.servers["uvicorn"].requests} == {
        "stopped before the answer was complete"
    }


async def test_a_second_stop_does_not_lose_the_run_while_it_is_kept() -> None:
    recorder = Recorder()
    keep = recorder.keep

    async def keep_slowly(run: RunResult) -> None:
        await asyncio.sleep(0.1)
        await keep(run)

    recorder.runner = Runner(recorder.arrived, recorder.store.trace, lambda run: None, keep_slowly)
    async with listening(hang) as url:
        run = recorder.runner.start(order(), {"uvicorn": Target.of_url(url)})
        await asyncio.sleep(0.05)
        stopped = await recorder.runner.stop(run.id)
        # It is fired no longer, so the next may be measured while it is kept.
        assert not recorder.runner.under_way()
        assert await recorder.runner.stop(run.id) is None
        await asyncio.sleep(0.2)
    assert stopped
    assert stopped.state == "done"
    assert [kept.id for kept in recorder.finished] == [run.id]


async def test_runs_that_cannot_be_kept_are_shown_from_memory(caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder()

    async def full(run: RunResult) -> None:
        raise OSError("No space left on device")

    recorder.runner = Runner(recorder.arrived, recorder.store.trace, lambda run: None, full)
    runs = []
    async with listening(answer_ok) as url:
        for _ in range(MAX_UNKEPT_RUNS + 1):
            run = recorder.runner.start(order(), {"uvicorn": Target.of_url(url)})
            await run.job.wait()
            runs.append(recorder.runner.look(run.id))
    newest = runs[-1]
    assert newest
    assert newest.servers["uvicorn"].requests[0].status == 200
    assert [bool(run and recorder.runner.look(run.id)) for run in runs] == [False] + [True] * MAX_UNKEPT_RUNS
    assert "could not be kept" in caplog.text


async def test_too_many_runs_at_once_are_refused() -> None:
    recorder = Recorder()
    async with listening(hang) as url:
        runs = [recorder.runner.start(order(), {"uvicorn": Target.of_url(url)}) for _ in range(MAX_ACTIVE_RUNS)]
        with pytest.raises(OrderError, match="already in progress"):
            recorder.runner.start(order(), {"uvicorn": Target.of_url(url)})
        for run in runs:
            await recorder.runner.stop(run.id)


async def test_a_run_that_has_ended_cannot_be_stopped() -> None:
    assert not await Recorder().runner.stop("nothing")


async def test_a_run_that_cannot_be_summed_up_makes_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()

    def fail(*_: Any) -> None:
        raise ValueError("a span that nobody thought of")

    async with listening(answer_ok) as url:
        run = recorder.runner.start(order(), {"uvicorn": Target.of_url(url)})
        await asyncio.sleep(0)
        monkeypatch.setattr(recorder.runner, "describe", fail)
        await run.job.wait()
    assert not recorder.runner.under_way()
    assert recorder.finished == []
