"""What a recording is said to be follows from its spans: servers, requests, failures and times."""

import pytest

from dashboard.recordings.models import RecordedTrace
from tests.recordings.recorded import recorded, request_spans
from tests.support.spans import make_span

pytestmark = pytest.mark.django_db


def test_a_server_that_nobody_knows_is_told_by_its_spans() -> None:
    entry = make_span(stage="server", server="my own", attributes={"gatescope.interface": "wsgi"})
    (server,) = recorded(spans=[entry]).servers
    assert (server["name"], server["title"], server["interface"]) == ("my own", "my own", "wsgi")


def test_failures_are_counted_by_request() -> None:
    recording = recorded(spans=[*request_spans(1), *request_spans(2, status=500), *request_spans(3, status=404)])
    assert (recording.requests, recording.failed, recording.spans) == (3, 1, 9)


def test_a_message_of_a_websocket_is_no_request_but_can_be_found() -> None:
    message = make_span(9, trace=9, stage="message", attributes={"gatescope.session": f"{1:032x}/{11:016x}"})
    recording = recorded(spans=[*request_spans(1), message])
    assert recording.requests == 1
    assert RecordedTrace.objects.filter(trace_id=f"{9:032x}").exists()


@pytest.mark.parametrize("start_ns", [-5, 0, 10**30])
def test_a_clock_that_is_far_off_has_a_date_all_the_same(start_ns: int) -> None:
    assert recorded(spans=[make_span(start_ns=start_ns, end_ns=0)]).started_at.year in {1970, 9999}
