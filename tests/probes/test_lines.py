"""The line that is being executed is known, of a thread as of a coroutine, and nothing else changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from probes.lines import CHANGES_KEPT, FOLLOWED_AT_ONCE, Lines
from probes.source import follow_lines
from probes.stage_kinds import VIEW
from probes.stages import stage, time_awaitable
from probes.tracing import Instrument
from tests.probes.observed_request import observed_request
from tests.probes.receiver import Receiver

pytestmark = pytest.mark.usefixtures("instrument")


def first_of(function: Callable[..., Any]) -> int:
    return function.__code__.co_firstlineno


def lines_of(receiver: Receiver, function: Callable[..., Any]) -> list[int]:
    """The lines that were seen, counted from the function's first."""
    flat = receiver.one("view").attributes["gatescope.code.lines"]
    return [line - first_of(function) for line in flat[1::2]]


def in_a_view(function: Callable[..., Any], *arguments: Any) -> None:
    with observed_request(), stage(VIEW, "view") as opened:
        follow_lines(opened, function)
        function(*arguments)


async def awaited_in_a_view(function: Callable[..., Awaitable[Any]]) -> None:
    with observed_request(), stage(VIEW, "view") as opened:
        lines = follow_lines(opened, function)
        await time_awaitable(function(), opened, lines)


def slow() -> None:
    time.sleep(0.3)
    inner()


def inner() -> None:
    time.sleep(0.3)


async def waits() -> None:
    await asyncio.sleep(0.001)
    await asyncio.sleep(0.001)


async def blocks() -> None:
    await asyncio.sleep(0.001)
    time.sleep(0.3)


def test_a_line_that_takes_long_is_seen_also_while_it_calls_others(receiver: Receiver) -> None:
    in_a_view(slow)
    assert lines_of(receiver, slow) == [1, 2]


def test_an_open_stage_says_the_line_that_is_executing(receiver: Receiver) -> None:
    def shown() -> set[int]:
        return {
            line for span in receiver.open("view") for line in span.attributes.get("gatescope.code.lines", [])[1::2]
        }

    def waiting() -> None:
        receiver.until(shown)

    in_a_view(waiting)
    assert shown() == {first_of(waiting) + 1}


def test_stages_that_ended_and_wait_to_be_sent_take_no_place_from_those_that_run(receiver: Receiver) -> None:
    waiting = [Lines([slow.__code__], 1) for _ in range(2 * FOLLOWED_AT_ONCE)]
    for lines in waiting:
        lines.finish()
    in_a_view(slow)
    assert lines_of(receiver, slow) == [1, 2]


async def test_of_a_coroutine_every_line_that_awaits_is_seen(receiver: Receiver) -> None:
    await awaited_in_a_view(waits)
    assert lines_of(receiver, waits) == [1, 2]


async def test_a_line_that_blocks_the_loop_is_seen(receiver: Receiver) -> None:
    await awaited_in_a_view(blocks)
    assert lines_of(receiver, blocks) == [1, 2]


async def test_requests_side_by_side_do_not_lend_each_other_their_lines(receiver: Receiver) -> None:
    """Two calls of one function on one loop: while one blocks in its second line, the other awaits in its first."""
    both = asyncio.Event()

    async def view(first: bool) -> None:
        await both.wait() if first else await asyncio.sleep(0)
        time.sleep(0.2)

    async def request(first: bool) -> None:
        with observed_request(), stage(VIEW, f"{first}") as opened:
            lines = follow_lines(opened, view)
            await time_awaitable(view(first), opened, lines)
        both.set()

    await asyncio.gather(request(True), request(False))
    receiver.until(lambda: len(receiver.ended("view")) == 2)
    spans = {span.name: span.attributes["gatescope.code.lines"] for span in receiver.ended("view")}
    assert [line - first_of(view) for line in spans["True"][1::2]] == [1, 2]
    assert spans["True"][2] >= 0.2e9


async def test_what_a_decorator_awaits_is_found(receiver: Receiver) -> None:
    async def decorated() -> None:
        await waits()

    with observed_request(), stage(VIEW, "view") as opened:
        lines = follow_lines(opened, waits)
        await time_awaitable(decorated(), opened, lines)
    assert lines_of(receiver, waits) == [1, 2]


async def test_of_too_many_changes_the_first_are_kept_and_the_others_counted(receiver: Receiver) -> None:
    async def busy() -> None:
        for _ in range(CHANGES_KEPT):
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    await awaited_in_a_view(busy)
    attributes = receiver.one("view").attributes
    assert len(attributes["gatescope.code.lines"]) == 2 * CHANGES_KEPT
    assert attributes["gatescope.code.lines_missed"] == CHANGES_KEPT
    moments = attributes["gatescope.code.lines"][::2]
    assert all(earlier <= later for earlier, later in pairwise(moments))


def test_with_the_text_the_lines_stay_at_home(install: Callable[..., Instrument], receiver: Receiver) -> None:
    install(endpoint=receiver.endpoint, source=False)
    in_a_view(inner)
    assert "gatescope.code.lines" not in receiver.one("view").attributes


def test_what_is_no_function_harms_nobody() -> None:
    with observed_request(), stage(VIEW, "view") as opened:
        follow_lines(opened, len)
        follow_lines(opened, object())


def test_what_is_no_coroutine_has_no_line() -> None:
    lines = Lines([first.__code__ for first in (slow,)], 0)
    lines.note_suspension(iter(()))
    assert lines.attributes(final=True) == {}
