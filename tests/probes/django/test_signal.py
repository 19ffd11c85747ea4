"""The stage `signal`: only where somebody listens, with how many, under the signal's own name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.signals import request_started
from django.db.models.signals import post_init
from django.dispatch import Signal

from probes import attributes
from tests.probes.django import site
from tests.probes.django.in_process import ask_wsgi, request_observed

if TYPE_CHECKING:
    from collections.abc import Iterator


def listener(**_named: Any) -> str:
    return "heard"


async def async_listener(**_named: Any) -> str:
    return "heard later"


def deaf(**_named: Any) -> str:
    raise ValueError("deaf")


@pytest.fixture
def listened() -> Iterator[Signal]:
    signal = Signal()
    signal.connect(listener)
    signal.connect(async_listener)
    yield signal
    signal.disconnect(listener)


def test_receivers_are_counted_by_their_kind_and_answer_as_ever(instrument: None, listened: Signal) -> None:
    with request_observed() as trace:
        assert [answer for _, answer in listened.send(sender=None)] == ["heard", "heard later"]
    span = trace.one("signal")
    assert [span[key] for key in (attributes.RECEIVERS, attributes.SYNC_RECEIVERS, attributes.ASYNC_RECEIVERS)] == [
        2,
        1,
        1,
    ]
    assert trace.one("crossing")[attributes.CROSSING_REASON] == "signal receiver"


async def test_sync_receiver_of_a_signal_sent_on_the_loop_costs_a_thread(instrument: None, listened: Signal) -> None:
    with request_observed() as trace:
        assert [answer for _, answer in await listened.asend(sender=None)] == ["heard", "heard later"]
    crossing = trace.one("crossing")
    assert trace.parent(crossing) is trace.one("signal")
    assert crossing[attributes.CROSSING_REASON] == "signal receiver"


def test_signal_that_nobody_hears_is_no_stage(instrument: None) -> None:
    with request_observed() as trace:
        assert ask_wsgi("/signalling/").content == b"0"
    assert not trace.children(trace.one("view"))


def test_signal_has_the_name_of_its_variable(instrument: None) -> None:
    site.asked.connect(listener)
    try:
        with request_observed() as trace:
            request_started.send(sender=None)
            site.asked.send(sender=None)
    finally:
        site.asked.disconnect(listener)
    assert [span.name for span in trace.all("signal")] == ["request_started", "signal"]


def test_signals_of_every_row_are_left_out(instrument: None) -> None:
    post_init.connect(listener)
    try:
        with request_observed() as trace:
            post_init.send(sender=Signal)
    finally:
        post_init.disconnect(listener)
    assert trace.all("signal") == []


def test_robust_sending_returns_the_error_as_ever(instrument: None, listened: Signal) -> None:
    listened.connect(deaf)
    with request_observed() as trace:
        answers = dict(listened.send_robust(sender=None))
    assert isinstance(answers[deaf], ValueError)
    assert len(trace.all("signal")) == 1


def test_error_of_a_receiver_is_raised_as_ever_and_on_the_stage(instrument: None, listened: Signal) -> None:
    listened.connect(deaf)
    with request_observed() as trace, pytest.raises(ValueError, match="deaf"):
        listened.send(sender=None)
    assert trace.one("signal").failed
