"""The stage `call` hands the trace on and tells what came of the request; outside a request it does nothing."""

import pytest

from probes.outgoing_call import outgoing_call
from probes.request import begin_request, finish_request
from probes.tracing import Instrument
from tests.probes.observed_request import PARENT, TRACE, TRACEPARENT, arrival, inside, observed_request
from tests.probes.receiver import Receiver

URL = "http://ada:secret@127.0.0.1:81/slow/?token=secret"


def test_the_other_service_is_given_the_calls_own_place_in_the_trace(
    instrument: Instrument, receiver: Receiver
) -> None:
    with observed_request(), outgoing_call("GET", URL) as call:
        call.set_status(200)
    made = receiver.one("call")
    assert made.parent_id == receiver.one("server").span_id
    assert call.headers.keys() == {"traceparent"}
    assert call.headers["traceparent"].startswith(f"00-{made.trace_id}-{made.span_id}-")
    assert made.attributes["http.response.status_code"] == 200


@pytest.mark.parametrize(
    ("received", "flags"), [("", "01"), ("-01", "01"), ("-00", "00"), ("-ff", "01"), ("-fe", "00"), ("-03", "01")]
)
def test_the_caller_s_decision_to_sample_travels_on(
    received: str, flags: str, instrument: Instrument, receiver: Receiver
) -> None:
    """We record either way. Whoever is asked next samples as its caller's caller decided, as it would without us."""
    record = begin_request(arrival(traceparents=(f"00-{TRACE}-{PARENT}{received}",) if received else ()), object())
    with inside(record.server), outgoing_call("GET", URL) as call:
        pass
    finish_request(record, 200, None)
    made = receiver.one("call")
    assert call.headers["traceparent"] == f"00-{made.trace_id}-{made.span_id}-{flags}"


def test_what_others_wrote_into_the_tracestate_travels_on(instrument: Instrument) -> None:
    record = begin_request(arrival(traceparents=(TRACEPARENT,), tracestates=("foo=1", "bar=2")), object())
    with inside(record.server), outgoing_call("GET", URL) as call:
        pass
    finish_request(record, 200, None)
    assert call.headers["tracestate"] == "foo=1,bar=2"


def test_secrets_of_the_url_are_not_recorded(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request(), outgoing_call("GET", URL):
        pass
    attributes = receiver.one("call").attributes
    assert attributes["url.full"] == "http://127.0.0.1:81/slow/"
    assert "secret" not in str(attributes)


def test_an_error_of_the_other_service_is_the_calls(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request(), outgoing_call("GET", URL) as call:
        call.set_status(503)
    assert receiver.one("call").attributes["error.type"] == "503"


def test_an_exception_passes_through_and_is_recorded(instrument: Instrument, receiver: Receiver) -> None:
    with observed_request(), pytest.raises(ConnectionError), outgoing_call("GET", URL):
        raise ConnectionError("gone")
    assert receiver.one("call").attributes["error.type"] == "ConnectionError"


@pytest.mark.parametrize("url", [URL, "http://[::1", "http://h:port/", ""])
def test_outside_a_request_and_with_any_url_nothing_happens(url: str) -> None:
    with outgoing_call("GET", url) as call:
        call.set_status(200)
    assert call.headers == {}
