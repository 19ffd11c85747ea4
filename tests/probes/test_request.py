"""A request's record: whose trace it is, how long it queued, what became of it."""

from typing import Any

import pytest

from probes import request
from probes.request import begin_request, finish_request
from probes.tracing import Instrument
from tests.probes.observed_request import NOW_NS, PARENT, TRACE, TRACEPARENT, arrival
from tests.probes.receiver import Receiver
from tests.probes.traces import SeenSpan


def handled(receiver: Receiver, status: int | None = 200, error: Exception | None = None, **how: Any) -> SeenSpan:
    record = begin_request(arrival(**how), object())
    finish_request(record, status, error)
    return receiver.one("server")


@pytest.mark.parametrize("flags", ["00", "01"])
def test_the_callers_trace_is_continued_sampled_or_not(
    flags: str, instrument: Instrument, receiver: Receiver
) -> None:
    server = handled(receiver, traceparents=(f"00-{TRACE}-{PARENT}-{flags}",))
    assert (server.trace_id, server.parent_id) == (TRACE, PARENT)


def test_a_duplicated_header_starts_a_new_trace(instrument: Instrument, receiver: Receiver) -> None:
    server = handled(receiver, traceparents=(TRACEPARENT, TRACEPARENT))
    assert server.trace_id != TRACE
    assert server.parent_id == ""


def test_the_queue_is_a_sibling_before_the_server(instrument: Instrument, receiver: Receiver) -> None:
    handed_over = NOW_NS - 250_000_000
    server = handled(receiver, traceparents=(TRACEPARENT,), request_start=f"t={handed_over}")
    queue = receiver.one("queue")
    assert (queue.trace_id, queue.parent_id) == (server.trace_id, server.parent_id) == (TRACE, PARENT)
    assert (queue.start_ns, queue.end_ns) == (handed_over, server.start_ns)
    assert queue.attributes["gatescope.queue.source"] == "X-Request-Start"


def test_without_a_caller_the_queue_is_in_the_same_trace(instrument: Instrument, receiver: Receiver) -> None:
    server = handled(receiver, request_start=f"t={NOW_NS - 1_000_000}")
    queue = receiver.one("queue")
    assert (queue.trace_id, queue.parent_id) == (server.trace_id, "")
    assert queue.span_id != server.span_id


def test_a_queue_that_is_not_believable_is_left_out(instrument: Instrument, receiver: Receiver) -> None:
    server = handled(receiver, request_start=f"t={NOW_NS + 10**9}")
    assert server.attributes["gatescope.spans"] == 1


def test_the_query_is_redacted(instrument: Instrument, receiver: Receiver) -> None:
    server = handled(receiver, query="page=2&token=abc")
    assert server.attributes["url.query"] == "page=2&token=REDACTED"


def test_the_outcome_is_described(instrument: Instrument, receiver: Receiver) -> None:
    server = handled(receiver, status=404)
    assert server.attributes["http.response.status_code"] == 404
    assert not server.failed


def test_a_server_error_without_exception_fails_the_span(instrument: Instrument, receiver: Receiver) -> None:
    server = handled(receiver, status=503)
    assert server.failed
    assert server.attributes["error.type"] == "503"


def test_an_exception_is_recorded(instrument: Instrument, receiver: Receiver) -> None:
    server = handled(receiver, status=None, error=ValueError("no"))
    assert server.failed
    assert server.events[0]["exception.message"] == "no"
    assert "http.response.status_code" not in server.attributes


def test_finishing_twice_is_finishing_once(instrument: Instrument, receiver: Receiver) -> None:
    record = begin_request(arrival(), object())
    finish_request(record, 200, None)
    finish_request(record, 500, ValueError("late"))
    assert not receiver.one("server").failed


def test_a_broken_queue_reader_costs_only_the_queue(
    instrument: Instrument, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(request, "find_wait", raising)
    server = handled(receiver, request_start="t=1")
    assert server.attributes["gatescope.spans"] == 1
