"""Process, thread and loop are named on every span."""

import asyncio
import gc
import os
import threading

import pytest

from probes.identity import Identity, current_identity


def ask_in_thread(name: str) -> Identity:
    answers: list[Identity] = []
    thread = threading.Thread(target=lambda: answers.append(current_identity()), name=name)
    thread.start()
    thread.join()
    return answers[0]


async def ask() -> Identity:
    return current_identity()


def test_the_thread_is_named() -> None:
    who = ask_in_thread("worker-7")
    assert who.thread_name == "worker-7"
    assert who.process_id == os.getpid()
    assert who.thread_id != current_identity().thread_id


def test_outside_a_loop_there_is_no_loop() -> None:
    assert ask_in_thread("t").loop is None


def test_a_loop_keeps_its_number_and_none_is_used_twice() -> None:
    numbers: list[int | None] = []
    for _ in range(5):
        with asyncio.Runner() as runner:
            first, second = runner.run(ask()), runner.run(ask())
            assert first.loop == second.loop
            numbers.append(first.loop)
        gc.collect()
    assert None not in numbers
    assert len(set(numbers)) == 5


def test_the_answer_changes_with_the_loop() -> None:
    with asyncio.Runner() as runner:
        inside = runner.run(ask())
    assert inside.loop is not None
    assert ask_in_thread("t").loop is None


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_is_somebody_else() -> None:
    before = current_identity()
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        who = current_identity()
        os.write(write, f"{who.process_id} {who.thread_id}".encode())
        os._exit(0)
    os.waitpid(pid, 0)
    said = os.read(read, 100).decode().split()
    os.close(read)
    os.close(write)
    assert said[0] == str(pid)
    assert said[1] != str(before.thread_id)
