"""X-Request-Start says when a request was handed over, in any of the forms in use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.queue_wait import OLDEST_NS, find_wait, parse_moment

NOW_NS = 1_760_000_000_500_000_000


@pytest.mark.parametrize(
    ("header", "moment_ns"),
    [
        ("t=1760000000.123", 1_760_000_000_123_000_000),
        ("t=1760000000.123456789", 1_760_000_000_123_456_789),
        ("t=1760000000", 1_760_000_000_000_000_000),
        ("1760000000.25", 1_760_000_000_250_000_000),
        ("t=1760000000123", 1_760_000_000_123_000_000),
        ("t=1760000000123.5", 1_760_000_000_123_500_000),
        ("t=1760000000123456", 1_760_000_000_123_456_000),
        ("1760000000123456789", 1_760_000_000_123_456_789),
        (" t=1760000000.1 ", 1_760_000_000_100_000_000),
    ],
)
def test_seconds_milliseconds_microseconds_and_nanoseconds_are_read(header: str, moment_ns: int) -> None:
    assert parse_moment(header, NOW_NS) == moment_ns


@pytest.mark.parametrize(
    "header",
    [None, "", "t=", "now", "t=-1760000000", "t=1e9", "t=1760000000,t=1760000000", "t=١٧٦٠٠٠٠٠٠٠", "t=" + "9" * 400],
)
def test_garbage_is_refused(header: str | None) -> None:
    assert parse_moment(header, NOW_NS) is None


def test_the_future_is_refused() -> None:
    assert parse_moment("t=1760000000.6", NOW_NS) is None


def test_more_than_an_hour_is_refused() -> None:
    oldest = NOW_NS - OLDEST_NS
    assert parse_moment(str(oldest), NOW_NS) == oldest
    assert parse_moment(str(oldest - 1), NOW_NS) is None


@given(st.text())
def test_no_text_raises(text: str) -> None:
    parse_moment(text, NOW_NS)


NOTES = {"mod_wsgi.request_start": "1760000000100000", "mod_wsgi.queue_start": "1760000000200000"}


def test_without_a_header_the_wait_begins_where_the_server_queued_the_request() -> None:
    waited = find_wait(None, NOTES, NOW_NS)
    assert waited is not None
    assert (waited.start_ns, waited.source) == (1_760_000_000_200_000_000, "mod_wsgi.queue_start")


def test_a_header_is_earlier_than_what_the_server_noted_and_both_are_kept() -> None:
    waited = find_wait("t=1760000000.0", NOTES, NOW_NS)
    assert waited is not None
    assert (waited.start_ns, waited.source) == (1_760_000_000_000_000_000, "X-Request-Start")
    assert waited.notes == {
        "gatescope.queue.accepted_ns": 1_760_000_000_100_000_000,
        "gatescope.queue.queued_ns": 1_760_000_000_200_000_000,
    }


@pytest.mark.parametrize("noted", ["", "0", "soon", None, "9999999999999999"])
def test_notes_that_are_no_moment_are_left_out(noted: object) -> None:
    assert find_wait(None, {"mod_wsgi.queue_start": noted}, NOW_NS) is None
