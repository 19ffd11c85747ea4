"""A receiver, and an instrument of this process that reports to it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from probes import failsafe, tracing
from probes.settings import Settings
from probes.tracing import Instrument, build_instrument
from tests.probes.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def install() -> Iterator[Callable[..., Instrument]]:
    """Install an instrument with the given settings; the one before comes back afterwards."""
    previous: list[Instrument | None] = []

    def installed(**settings: object) -> Instrument:
        new = build_instrument(replace(Settings(), **settings))  # type: ignore[arg-type]
        previous.append(tracing.install(new))
        return new

    yield installed
    if previous:
        current = tracing.install(previous[0])
        if current is not None:
            current.live.shutdown()


@pytest.fixture
def instrument(receiver: Receiver, install: Callable[..., Instrument]) -> Instrument:
    """The instrument of this process, sending to the receiver."""
    return install(endpoint=receiver.endpoint)


@pytest.fixture(autouse=True)
def nothing_logged_before() -> None:
    failsafe.forget()
