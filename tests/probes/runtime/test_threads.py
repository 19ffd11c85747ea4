"""A thread has its true name, and asking for it leaves nothing behind."""

import _thread
import sys
import threading

import pytest

from probes.runtime.threads import thread_name


def asked_in_a_thread_that_python_did_not_start() -> tuple[str, int]:
    """The name of such a thread, and its number."""
    answers: list[tuple[str, int]] = []
    done = threading.Event()

    def ask() -> None:
        answers.append((thread_name(), threading.get_native_id()))
        done.set()

    _thread.start_new_thread(ask, ())
    done.wait(10)
    return answers[0]


def test_a_thread_of_python_has_the_name_it_was_given() -> None:
    answers: list[str] = []
    thread = threading.Thread(target=lambda: answers.append(thread_name()), name="worker-7")
    thread.start()
    thread.join()
    assert answers == ["worker-7"]


def test_a_thread_of_somebody_else_is_told_from_its_siblings() -> None:
    name, number = asked_in_a_thread_that_python_did_not_start()
    assert name == f"thread-{number}"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the names that a system gives")
def test_the_name_that_it_has_itself_is_told() -> None:
    answers: list[str] = []
    done = threading.Event()

    def ask() -> None:
        with open(f"/proc/self/task/{threading.get_native_id()}/comm", "w") as file:
            file.write("tokio-worker")
        answers.append(f"{thread_name()} {threading.get_native_id()}")
        done.set()

    _thread.start_new_thread(ask, ())
    done.wait(10)
    name, number = answers[0].split()
    assert name == f"tokio-worker-{number}"


def test_asking_makes_no_thread_that_the_application_could_find() -> None:
    before = {thread.name for thread in threading.enumerate()}
    asked_in_a_thread_that_python_did_not_start()
    assert {thread.name for thread in threading.enumerate()} <= before
