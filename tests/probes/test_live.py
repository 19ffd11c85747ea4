"""Every span is handed over twice, from any process, to a receiver in any state."""

import asyncio
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.wsgi import WsgiToAsgi

from probes.asgi import ASGIProbe
from probes.delivery import sender as sending
from probes.delivery.flush_budget import FLUSH_S
from probes.stage_kinds import VIEW
from probes.stages import stage
from probes.tracing import Instrument
from probes.wsgi import WSGIProbe
from tests.probes import asgi_client, wsgi_client
from tests.probes.observed_request import observed_request
from tests.probes.receiver import Receiver, receiving
from tests.support.ports import free_port

Install = Callable[..., Instrument]


def make_requests(number: int) -> None:
    for _ in range(number):
        with observed_request(), stage(VIEW, "v"):
            pass


def test_an_open_span_arrives_long_before_it_ends(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request():
        opened_ns = time.time_ns()
        time.sleep(0.6)
    final = receiver.one("server")
    (opened,) = receiver.open("server")
    assert opened.span_id == final.span_id
    assert opened.at_ns - opened_ns < 250_000_000
    assert final.end_ns - opened.at_ns > 0.3 * 10**9 or final.at_ns - opened.at_ns > 0.3 * 10**9


def test_an_open_span_says_what_its_final_one_will_say(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request(), stage(VIEW, "v", {"a": 1}):
        receiver.until(lambda: receiver.open("view"))
    opened, final = receiver.open("view")[0], receiver.one("view")
    assert opened.attributes["a"] == 1
    assert (opened.parent_id, opened.start_ns) == (final.parent_id, final.start_ns)
    assert opened.attributes["thread.name"] == final.attributes["thread.name"]


def test_a_quick_request_is_not_sent_twice(instrument: Instrument, receiver: Receiver) -> None:
    make_requests(1)
    receiver.one("server")
    assert receiver.open() == []


def test_no_thread_but_the_one_sender_is_added(receiver: Receiver, install: Install) -> None:
    before = set(threading.enumerate())
    install(endpoint=receiver.endpoint)
    assert set(threading.enumerate()) <= before
    make_requests(5)
    # The receiver of this test has threads as well: one for each connection.
    (sender,) = [thread for thread in set(threading.enumerate()) - before if "process_request" not in thread.name]
    assert sender.name == "gatescope-sender"
    assert sender.daemon


def test_flushing_sends_what_ended(instrument: Instrument, receiver: Receiver) -> None:
    make_requests(200)
    assert instrument.live.force_flush()
    receiver.until(lambda: len(receiver.ended("server")) == 200, 2)


def test_a_full_queue_keeps_the_newest_and_says_how_many_went(install: Install) -> None:
    port = free_port()
    instrument = install(endpoint=f"http://127.0.0.1:{port}/v1/traces", queue_size=20, budget=10_000)
    for number in range(60):
        with observed_request(), stage(VIEW, f"v{number}"):
            pass
    with receiving(port) as receiver:
        receiver.until(lambda: "v59" in {span.name for span in receiver.ended("view")})
        instrument.live.force_flush()
        receiver.until(lambda: receiver.counter("dropped_spans") + len(receiver.ended()) == 120)
        assert receiver.counter("dropped_spans") > 0


def test_a_receiver_that_comes_later_gets_what_waited(install: Install) -> None:
    port = free_port()
    install(endpoint=f"http://127.0.0.1:{port}/v1/traces")
    make_requests(10)
    time.sleep(0.3)
    with receiving(port) as receiver:
        receiver.until(lambda: len(receiver.ended("view")) == 10)


def test_a_receiver_that_was_restarted_is_shown_what_is_open(install: Install) -> None:
    port = free_port()
    install(endpoint=f"http://127.0.0.1:{port}/v1/traces")
    with observed_request():
        with receiving(port) as first:
            first.until(lambda: first.open("server"))
        make_requests(1)
        with receiving(port) as second:
            second.until(lambda: second.open("server"))


def test_a_refused_message_is_counted_and_the_next_one_arrives(instrument: Instrument, receiver: Receiver) -> None:
    receiver.behaviour.status = 400
    make_requests(3)
    time.sleep(0.2)
    receiver.behaviour.status = 200
    receiver.until(lambda: receiver.counter("dropped_spans") == 6)
    make_requests(1)
    receiver.until(lambda: len(receiver.ended("server")) == 1)


def test_a_refusal_is_said_once_until_spans_are_taken_again(
    instrument: Instrument, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    def refused() -> list[str]:
        return [record.getMessage() for record in caplog.records if "refuses spans" in record.getMessage()]

    def at_least(number: int, found: Callable[[], list[Any]]) -> Callable[[], bool]:
        return lambda: len(found()) >= number

    for round_ in (1, 2):
        receiver.behaviour.status = 403
        for _ in range(2):
            heard = len(receiver.headers)
            make_requests(1)
            receiver.until(at_least(heard + 1, lambda: receiver.headers))
        receiver.until(at_least(round_, refused))
        receiver.behaviour.status = 200
        make_requests(1)
        receiver.until(at_least(round_, lambda: receiver.ended("server")))
        assert len(refused()) == round_
    assert refused()[0].startswith(f"Gatescope: {receiver.endpoint} refuses spans of ")


def test_what_the_receiver_rejects_is_counted(instrument: Instrument, receiver: Receiver) -> None:
    receiver.behaviour.rejected = 2
    make_requests(1)
    receiver.one("server")
    receiver.behaviour.rejected = 0
    receiver.until(lambda: receiver.resources[-1]["gatescope.dropped_spans"] >= 2)


def test_an_overloaded_receiver_gets_the_message_later(instrument: Instrument, receiver: Receiver) -> None:
    receiver.behaviour.status = 503
    make_requests(2)
    time.sleep(0.3)
    receiver.behaviour.status = 200
    receiver.until(lambda: len(receiver.ended("server")) == 2)
    assert receiver.counter("dropped_spans") == 0


def test_when_nobody_listened_for_long_requests_are_only_counted(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "OFFLINE_AFTER_S", 0.2)
    port = free_port()
    instrument = install(endpoint=f"http://127.0.0.1:{port}/v1/traces")
    make_requests(1)
    time.sleep(0.5)
    make_requests(10)
    assert instrument.live.exporter.outbox.losses.counted_requests == 10
    with receiving(port) as receiver:
        receiver.until(lambda: receiver.counter("counted_requests") == 10)
        make_requests(1)
        receiver.until(lambda: len(receiver.ended("server")) == 2)


async def test_a_request_that_is_only_counted_counts_once_behind_probes_and_adapters(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "OFFLINE_AFTER_S", 0.0)
    live = install(endpoint=f"http://127.0.0.1:{free_port()}/v1/traces").live
    make_requests(1)
    while live.exporter.sender.is_delivering():
        await asyncio.sleep(0.05)
    wsgi_client.serve(WSGIProbe(WSGIProbe(wsgi_client.echo)))
    app = ASGIProbe(WsgiToAsgi(WSGIProbe(wsgi_client.echo)))  # type: ignore[no-untyped-call]
    answer = await asgi_client.serve(app, asgi_client.http(path="/a"), {"type": "http.request", "body": b""})
    assert answer[0]["status"] == 201
    assert live.exporter.outbox.losses.counted_requests == 2


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_worker_sends_by_itself_and_shares_no_id(instrument: Instrument, receiver: Receiver) -> None:
    make_requests(5)
    workers = []
    for _ in range(2):
        pid = os.fork()
        if pid == 0:
            make_requests(50)
            instrument.live.force_flush()
            os._exit(0)
        workers.append(pid)
    for pid in workers:
        assert os.waitpid(pid, 0)[1] == 0
    instrument.live.force_flush()
    final = [span for span in receiver.spans if span.end_ns]
    assert len(final) == len({span.span_id for span in final}) == 210
    assert len({span.trace_id for span in final}) == 105
    assert {span.attributes["process.pid"] for span in final} == {os.getpid(), *workers}
    assert {resource["process.pid"] for resource in receiver.resources} == {os.getpid(), *workers}


@pytest.mark.parametrize("part", ["add_open", "add_ended"])
def test_a_broken_outbox_does_not_reach_the_request(
    part: str, instrument: Instrument, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def raising(*_: object) -> None:
        raise RuntimeError("broken outbox")

    monkeypatch.setattr(type(instrument.live.exporter.outbox), part, raising)
    with observed_request(), stage(VIEW, "v") as opened:
        opened.set_live("phase", "in")
    assert "broken outbox" in caplog.text


def test_while_a_span_is_open_and_nothing_else_happens_signs_of_life_are_sent(
    instrument: Instrument, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "HEARTBEAT_S", 0.1)
    with observed_request():
        receiver.until(lambda: receiver.open("server"))
        before = len(receiver.messages)
        receiver.until(lambda: len(receiver.messages) >= before + 3)
    receiver.one("server")
    silent = len(receiver.messages)
    assert {resource["gatescope.sign_of_life_s"] for resource in receiver.resources} == {4}
    time.sleep(0.5)
    assert len(receiver.messages) <= silent + 1


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_process_is_told_from_the_one_it_was_forked_from(instrument: Instrument, receiver: Receiver) -> None:
    make_requests(1)
    receiver.one("server")
    child = os.fork()
    if child == 0:
        make_requests(1)
        instrument.live.force_flush()
        os._exit(0)
    os.waitpid(child, 0)
    receiver.until(lambda: len(receiver.ended("server")) == 2)
    by_process = {resource["process.pid"]: resource["service.instance.id"] for resource in receiver.resources}
    assert set(by_process) == {os.getpid(), child}
    assert len({instance.split(":")[1] for instance in by_process.values()}) == 2


async def test_the_shutdown_of_a_lifespan_and_the_end_of_its_process_wait_in_vain_only_once(
    instrument: Instrument, receiver: Receiver
) -> None:
    receiver.behaviour.hanging = True
    make_requests(1)
    begun = time.monotonic()
    await instrument.live.flush_without_blocking()
    instrument.live.force_flush()
    instrument.live.force_flush()
    assert time.monotonic() - begun < 1.7 * FLUSH_S
