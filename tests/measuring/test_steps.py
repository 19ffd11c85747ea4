"""A step waits until nobody else fires."""

from collections.abc import Iterator

import pytest

from dashboard.measuring import steps
from dashboard.measuring.queue import StepError
from dashboard.measuring.steps import wait_until_quiet


async def test_a_step_begins_when_the_others_have_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "POLL_EVERY_S", 0)
    told: Iterator[str] = iter(["A run is under way.", "A run is under way.", ""])
    await wait_until_quiet(lambda: next(told))
    assert list(told) == []


async def test_a_step_gives_up_when_the_others_go_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "QUIET_WITHIN_S", -1)
    with pytest.raises(StepError, match="A run is under way"):
        await wait_until_quiet(lambda: "A run is under way.")
