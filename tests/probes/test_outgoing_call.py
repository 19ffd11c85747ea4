"""The stage `call` hands the trace on and tells what came of the request; outside a request it does nothing."""

import pytest

from probes.outgoing_call import outgoing_call
from probes.tracing import Instrument
from tests.probes.observed_request import observed_request
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
