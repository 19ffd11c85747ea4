"""The outbox is bounded, counts what it loses and shows open spans once per change."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import pytest

from probes.delivery.outbox import Losses, OpenSpan, Outbox
from probes.light_span import LightSpan
from probes.types import Value
from tests.probes.light_spans import open_span

TraceFunction = Callable[[FrameType, str, Any], Any]


class Part:
    """A live part whose state the test chooses."""

    revision = "running"

    def finish(self) -> None:
        """Nothing ends by itself."""

    def attributes(self, *, final: bool) -> dict[str, Value]:
        return {"state": self.revision}


def watched(name: str) -> tuple[LightSpan, Part]:
    """Return an open span and the part of it that changes."""
    part, span = Part(), open_span(name)
    span._parts = (part,)
    return span, part


def end(outbox: Outbox, span: LightSpan) -> None:
    span.end_ns = span.start_ns + 1
    outbox.add_ended(span)


def names(outgoing: Sequence[LightSpan]) -> list[str]:
    return [span.name for span in outgoing]


def shown(outgoing: Sequence[OpenSpan]) -> list[str]:
    return [one.span.name for one in outgoing]


def test_a_crowd_that_changes_all_the_time_cannot_hide_a_new_span() -> None:
    outbox = Outbox(10)
    crowd = [watched("crowd") for _ in range(3)]
    for opened, _ in crowd:
        outbox.add_open(opened)
    outbox.take_changed_open(9)
    outbox.add_open(open_span("new"))
    for _, part in crowd:
        part.revision = "suspended"
    assert shown(outbox.take_changed_open(2)) == ["new", "crowd"]


def test_what_ended_leaves_in_order() -> None:
    outbox = Outbox(10)
    for name in "abc":
        end(outbox, open_span(name))
    assert names(outbox.take_ended(2)) == ["a", "b"]
    assert names(outbox.take_ended(9)) == ["c"]
    assert outbox.take_ended(9) == []


def test_when_full_the_oldest_goes_and_is_counted() -> None:
    outbox = Outbox(3)
    for name in "abcde":
        end(outbox, open_span(name))
    assert names(outbox.take_ended(9)) == ["c", "d", "e"]
    assert outbox.losses == Losses(dropped_spans=2)


def test_an_open_span_is_shown_once() -> None:
    outbox = Outbox(10)
    outbox.add_open(open_span("a"))
    assert shown(outbox.take_changed_open(9)) == ["a"]
    assert outbox.take_changed_open(9) == []


def test_an_open_span_has_no_end_and_knows_its_thread() -> None:
    outbox = Outbox(10)
    outbox.add_open(open_span("a"))
    ((span, _),) = outbox.take_changed_open(9)
    assert span.end_ns == 0
    assert span.opened_by is not None
    assert span.opened_by.thread_id == threading.get_native_id()


def test_a_span_that_ended_meanwhile_is_only_sent_in_its_final_form() -> None:
    outbox = Outbox(10)
    quick = open_span("quick")
    outbox.add_open(quick)
    end(outbox, quick)
    assert outbox.take_changed_open(9) == []
    assert names(outbox.take_ended(9)) == ["quick"]


def test_a_watched_span_is_shown_again_when_its_revision_changes() -> None:
    outbox = Outbox(10)
    coroutine, part = watched("a")
    outbox.add_open(coroutine)
    outbox.take_changed_open(9)
    part.revision = "suspended"
    (again,) = outbox.take_changed_open(9)
    assert again.attributes["state"] == "suspended"
    assert outbox.take_changed_open(9) == []


def test_beyond_the_limit_open_spans_wait_for_the_next_call() -> None:
    outbox = Outbox(10)
    for name in "abc":
        outbox.add_open(open_span(name))
    assert shown(outbox.take_changed_open(2)) == ["a", "b"]
    assert shown(outbox.take_changed_open(2)) == ["c"]


def test_a_new_receiver_is_shown_what_the_old_one_knew() -> None:
    outbox = Outbox(10)
    outbox.add_open(open_span("a"))
    outbox.take_changed_open(9)
    outbox.add_open(open_span("b"))
    outbox.take_changed_open(9)
    outbox.resend_open()
    assert shown(outbox.take_changed_open(9)) == ["a"]


def test_the_register_of_open_spans_is_bounded() -> None:
    outbox = Outbox(3)
    spans = [open_span(str(number)) for number in range(5)]
    for one in spans:
        outbox.add_open(one)
    assert shown(outbox.take_changed_open(9)) == ["2", "3", "4"]
    end(outbox, spans[0])
    assert names(outbox.take_ended(9)) == ["0"]


def test_waiting_ends_when_something_comes() -> None:
    outbox = Outbox(3)
    waited = threading.Thread(target=outbox.wait, args=(Losses(),))
    waited.start()
    time.sleep(0.05)
    assert waited.is_alive()
    outbox.add_open(open_span())
    waited.join(5)
    assert not waited.is_alive()


def test_waiting_ends_when_losses_are_news() -> None:
    outbox = Outbox(3)
    outbox.add_losses(counted_requests=1)
    outbox.wait(Losses())
    waited = threading.Thread(target=outbox.wait, args=(outbox.losses,))
    waited.start()
    time.sleep(0.05)
    assert waited.is_alive()
    outbox.add_losses(counted_requests=1)
    waited.join(5)
    assert not waited.is_alive()


def test_many_threads_lose_nothing_uncounted() -> None:
    outbox = Outbox(50)

    def work() -> None:
        for _ in range(200):
            one = open_span()
            outbox.add_open(one)
            end(outbox, one)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outbox.take_ended(1_000)) + outbox.losses.dropped_spans == 800


@pytest.mark.parametrize("step", range(25))
def test_a_hand_over_in_the_middle_of_another_one_of_the_same_thread_does_not_block(step: int) -> None:
    outbox = Outbox(3)
    steps = iter(range(step, -1, -1))

    def interrupt(_frame: FrameType, _event: str, _argument: object) -> TraceFunction:
        if next(steps, None) == 0:
            outbox.add_losses(counted_requests=1)  # as the garbage collector or a signal handler would
        return interrupt

    def hand_over() -> None:
        sys.settrace(interrupt)
        outbox.add_losses(counted_requests=1)

    thread = threading.Thread(target=hand_over, daemon=True)
    thread.start()
    thread.join(2)
    assert not thread.is_alive()
    assert outbox.losses.counted_requests in {1, 2}
