"""Each hop between loop and thread is a stage on the side it left, with the clock and the thread of the other."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

import pytest
from asgiref.sync import SyncToAsync, ThreadSensitiveContext, async_to_sync, iscoroutinefunction, sync_to_async

from probes import attributes
from tests.probes.django.in_process import ask_asgi, ask_wsgi, request_observed

if TYPE_CHECKING:
    from tests.probes.traces import SeenSpan


def nap() -> int:
    time.sleep(0.02)
    return threading.get_native_id()


async def test_hop_to_a_thread_names_the_thread_and_its_times(instrument: None) -> None:
    with request_observed() as trace:
        far_thread = await sync_to_async(nap)()
    hop = trace.one("crossing")
    assert hop[attributes.CROSSING_DIRECTION] == "to_thread"
    assert hop[attributes.CROSSING_FUNCTION].endswith("test_crossing.nap")
    assert hop[attributes.CROSSING_THREAD_ID] == far_thread
    assert hop["thread.id"] == threading.get_native_id()
    assert hop[attributes.CROSSING_RAN] >= 20_000_000


async def test_waited_ran_and_back_add_up_to_the_hop(instrument: None) -> None:
    with request_observed() as trace:
        await sync_to_async(nap)()
    hop = trace.one("crossing")
    parts = hop[attributes.CROSSING_WAITED] + hop[attributes.CROSSING_RAN] + hop[attributes.CROSSING_BACK]
    assert 0 <= hop.duration_ns - parts < 2_000_000
    assert hop.start_ns <= hop[attributes.CROSSING_STARTED] <= hop[attributes.CROSSING_RETURNED] <= hop.end_ns


async def test_second_in_line_waits_for_the_thread(instrument: None) -> None:
    with request_observed() as trace:
        async with ThreadSensitiveContext():
            await asyncio.gather(sync_to_async(nap)(), sync_to_async(nap)())
    first, second = sorted(trace.all("crossing"), key=started)
    assert second[attributes.CROSSING_STARTED] >= first[attributes.CROSSING_RETURNED]
    assert second[attributes.CROSSING_WAITED] > 0


def test_hop_to_a_loop_that_is_made_for_it(instrument: None) -> None:
    with request_observed() as trace:
        ask_wsgi("/hello-async/")
    hop = trace.one("crossing")
    assert hop[attributes.CROSSING_DIRECTION] == "to_loop"
    assert hop[attributes.CROSSING_REASON] == "async view"
    assert hop[attributes.CROSSING_NEW_LOOP] is True
    assert hop[attributes.CROSSING_LOOP] == trace.one("view")["gatescope.loop"]
    assert trace.parent(trace.one("view")) is hop


async def test_hop_back_to_the_loop_it_came_from_makes_no_loop(instrument: None) -> None:
    with request_observed() as trace:
        assert (await ask_asgi("/own-bridge/")).content == b"from the loop"
    there, back = trace.all("crossing")
    assert there[attributes.CROSSING_REASON] == "sync view"
    assert back[attributes.CROSSING_REASON] == "application"
    assert back[attributes.CROSSING_NEW_LOOP] is False
    assert back[attributes.CROSSING_LOOP] == there["gatescope.loop"]


async def test_result_arguments_and_error_cross_as_ever(instrument: None) -> None:
    with request_observed() as trace:
        assert await sync_to_async(divmod)(7, 2) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            await sync_to_async(divmod)(7, 0)
    assert [span.failed for span in trace.all("crossing")] == [False, True]


async def test_method_and_decorator_forms_cross_as_ever(instrument: None) -> None:
    class Shelf:
        size = 3

        @sync_to_async
        def count(self, more: int) -> int:
            return self.size + more

    with request_observed() as trace:
        assert await Shelf().count(4) == 7
    assert len(trace.all("crossing")) == 1


async def test_subclass_of_the_adapter_keeps_its_own_handling(instrument: None) -> None:
    class Counting(SyncToAsync[[], int]):
        handled = 0

        def thread_handler(self, *args: object, **kwargs: object) -> object:
            Counting.handled += 1
            return super().thread_handler(*args, **kwargs)  # type: ignore[no-untyped-call]

    with request_observed():
        assert await Counting(nap)()
    assert Counting.handled == 1


async def test_subclass_that_keeps_something_in_slots_crosses_with_it(instrument: None) -> None:
    class Slotted(SyncToAsync[[], int]):
        __slots__ = ("calls",)

        def __init__(self) -> None:
            super().__init__(nap)
            self.calls = 0

        def thread_handler(self, *args: object, **kwargs: object) -> object:
            self.calls += 1
            return super().thread_handler(*args, **kwargs)  # type: ignore[no-untyped-call]

    with request_observed() as trace:
        await Slotted()()
    assert trace.one("crossing")[attributes.CROSSING_RAN] > 0


async def test_cancelled_hop_is_cancelled_as_ever(instrument: None) -> None:
    async def crossing() -> None:
        await sync_to_async(nap, thread_sensitive=False)()

    with request_observed() as trace:
        task = asyncio.create_task(crossing())
        await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert len(trace.all("crossing")) == 1


def test_coroutine_function_is_called_on_the_near_side(instrument: None) -> None:
    called_on = []

    def make() -> object:
        called_on.append(threading.get_native_id())
        return asyncio.sleep(0, "slept")

    with request_observed(), pytest.warns(UserWarning, match="non-async-marked"):
        assert async_to_sync(make)() == "slept"  # type: ignore[arg-type]
    assert called_on == [threading.get_native_id()]


async def test_adapter_is_still_a_coroutine_function(instrument: None) -> None:
    assert iscoroutinefunction(sync_to_async(nap))
    assert iscoroutinefunction(SyncToAsync.__call__)


def started(span: SeenSpan) -> int:
    when: int = span[attributes.CROSSING_STARTED]
    return when


async def test_a_crossing_tells_what_the_instrument_took_inside_it(instrument: None) -> None:
    def ask_again() -> int:
        return async_to_sync(sync_to_async(nap))()

    with request_observed() as trace:
        await sync_to_async(ask_again)()
    outer, *inner = sorted(trace.all("crossing"), key=lambda hop: hop.start_ns)
    taken_ns = [hop[attributes.OVERHEAD] for hop in inner]
    assert min(taken_ns) > 0
    assert outer[attributes.OVERHEAD] > max(taken_ns)
