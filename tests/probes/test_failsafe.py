"""Errors of the instrument are logged once a minute per cause and go no further."""

import asyncio
import logging

import pytest

from probes import failsafe
from probes.failsafe import harmless, report


@harmless("fallback")
def failing(text: str) -> str:
    raise ValueError(text)


def test_a_failing_function_returns_the_fallback() -> None:
    assert failing("x") == "fallback"


def test_a_cause_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(10):
        failing("again")
    assert len(caplog.records) == 1
    assert "the request is not affected" in caplog.text


def test_it_is_logged_again_after_a_minute(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1_000.0]
    monkeypatch.setattr("probes.failsafe.time.monotonic", lambda: clock[0])
    failing("x")
    clock[0] += failsafe.QUIET_S - 1
    failing("x")
    clock[0] += 2
    failing("x")
    assert len(caplog.records) == 2


def test_two_causes_are_two_lines(caplog: pytest.LogCaptureFixture) -> None:
    failing("x")
    report(KeyError("y"))
    assert len(caplog.records) == 2


def test_the_memory_of_causes_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    for number in range(failsafe.CAUSES_KEPT + 10):
        report(type(f"Error{number}", (Exception,), {})())
    assert len(failsafe._last_logged) <= failsafe.CAUSES_KEPT


def test_an_error_that_cannot_be_printed_is_reported_too(caplog: pytest.LogCaptureFixture) -> None:
    class UnprintableError(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    report(UnprintableError())
    assert "UnprintableError" in caplog.text


def test_a_filter_that_raises_reaches_nobody() -> None:
    def picky(record: logging.LogRecord) -> bool:
        return bool(record.request_id)  # type: ignore[attr-defined]  # that is the mistake

    failsafe.logger.addFilter(picky)
    try:
        assert failing("x") == "fallback"
    finally:
        failsafe.logger.removeFilter(picky)


@pytest.mark.parametrize("signal", [SystemExit, KeyboardInterrupt, asyncio.CancelledError])
def test_what_is_meant_for_the_application_passes(signal: type[BaseException]) -> None:
    @harmless(None)
    def interrupted() -> None:
        raise signal

    with pytest.raises(signal):
        interrupted()
