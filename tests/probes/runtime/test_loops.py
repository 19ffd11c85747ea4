"""A loop is known whatever library it is of, and each has a number of its own."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import gevent
import trio

from probes.identity import Identity, current_identity
from probes.runtime.loops import running_loop


async def who() -> Identity:
    return current_identity()


def test_no_loop_runs_in_a_thread() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(running_loop).result() is None


def test_trio_has_a_loop_for_each_run() -> None:
    first, second = trio.run(who), trio.run(who)
    assert first.loop is not None
    assert second.loop is not None
    assert first.loop != second.loop


def test_a_loop_of_asyncio_is_none_of_trio() -> None:
    assert asyncio.run(who()).loop not in {None, trio.run(who).loop}


def test_what_trio_does_in_a_thread_is_on_no_loop() -> None:
    async def in_a_thread() -> Identity:
        return await trio.to_thread.run_sync(current_identity)

    assert trio.run(in_a_thread).loop is None


def test_all_greenlets_of_a_thread_have_one_hub_and_the_thread_itself_is_on_none() -> None:
    found: list[Identity] = []

    def work() -> None:
        greenlets = [gevent.spawn(current_identity) for _ in range(3)]
        gevent.joinall(greenlets)
        found.extend(greenlet.value for greenlet in greenlets)
        found.append(current_identity())
        gevent.get_hub().destroy(destroy_loop=True)

    thread = threading.Thread(target=work, name="worker-7")
    thread.start()
    thread.join()
    *greenlets, outside = found
    assert len({greenlet.loop for greenlet in greenlets}) == 1
    assert greenlets[0].loop is not None
    assert outside.loop is None
    assert {one.thread_name for one in found} == {"worker-7"}
