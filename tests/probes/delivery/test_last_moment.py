"""A process that is told to end sends what is left, and ends as it would without us."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from probes.delivery import last_moment
from tests.probes.receiver import Receiver
from tests.probes.servers import run

ENDING = [sys.executable, "-m", "tests.probes.apps.ending"]
CALLS = """
import signal, sys, threading
from probes.delivery.last_moment import call_at_the_end, forget

def last_call():
    print("called", flush=True)

call_at_the_end(last_call)
"""


@contextmanager
def ready(endpoint: str, *how: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has handled its requests and waits."""
    with run([*ENDING, *how], endpoint, stdout=subprocess.PIPE, **environment) as process:
        assert process.stdout is not None
        while process.stdout.readline() != b"done\n":
            pass
        yield process
        process.stdout.close()


def ended_by(process: subprocess.Popen[bytes], signum: int) -> int:
    process.send_signal(signum)
    return process.wait(20)


def printed(script: str) -> str:
    """What a process prints until it has ended."""
    return subprocess.run(
        [sys.executable, "-c", CALLS + script], capture_output=True, text=True, check=False, timeout=30
    ).stdout


def test_sigterm_sends_what_is_left_and_ends_the_process_with_its_status(receiver: Receiver) -> None:
    with ready(receiver.endpoint, GATESCOPE_TICK_MS="10000") as process:
        assert ended_by(process, signal.SIGTERM) == -signal.SIGTERM
    receiver.until(lambda: len(receiver.ended("server")) == 20, 3)


def test_a_receiver_that_hangs_delays_it_by_little(receiver: Receiver) -> None:
    receiver.behaviour.hanging = True
    with ready(receiver.endpoint) as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(3) == -signal.SIGTERM


def test_a_second_sigterm_ends_it_at_once(receiver: Receiver) -> None:
    receiver.behaviour.hanging = True
    with ready(receiver.endpoint) as process:
        process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(0.8) == -signal.SIGTERM


def test_a_process_that_ignores_sigterm_goes_on_ignoring_it(receiver: Receiver) -> None:
    with ready(receiver.endpoint, "ignoring") as process:
        process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)


def test_the_application_finds_no_handler_and_may_install_its_own(receiver: Receiver) -> None:
    with run([*ENDING, "asking"], receiver.endpoint, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"True True\n"
        assert process.stdout.readline() == b"done\n"
        assert ended_by(process, signal.SIGTERM) == 7
        process.stdout.close()


def test_sigterm_stays_with_the_system_where_the_main_thread_handles_requests(receiver: Receiver) -> None:
    with ready(receiver.endpoint, "main", GATESCOPE_TICK_MS="10000") as process:
        assert ended_by(process, signal.SIGTERM) == -signal.SIGTERM
    assert receiver.ended("server") == []


def test_a_disabled_instrument_leaves_sigterm_alone(receiver: Receiver) -> None:
    with ready(receiver.endpoint, GATESCOPE_DISABLED="1") as process:
        assert ended_by(process, signal.SIGTERM) == -signal.SIGTERM


def test_a_handler_is_installed_by_the_main_thread_only() -> None:
    script = """
from probes.delivery.last_moment import expect_sigterm, _getsignal
thread = threading.Thread(target=expect_sigterm); thread.start(); thread.join()
print(_getsignal(signal.SIGTERM) is signal.SIG_DFL)
"""
    assert printed(script).splitlines()[0] == "True"


@pytest.mark.parametrize("module", sorted(last_moment.RULES_ITS_SIGNALS))
def test_a_server_that_ends_its_processes_in_c_keeps_its_handler(module: str) -> None:
    script = f"""
sys.modules[{module!r}] = sys
from probes.delivery.last_moment import expect_sigterm, _getsignal
expect_sigterm()
print(_getsignal(signal.SIGTERM) is signal.SIG_DFL)
"""
    assert printed(script).splitlines()[0] == "True"


def test_the_last_call_comes_at_the_end_of_the_interpreter() -> None:
    assert set(printed("").split()) == {"called"}


def test_a_signal_that_is_raised_at_oneself_comes_after_the_last_call() -> None:
    assert printed("signal.raise_signal(signal.SIGTERM)") == "called\n"


def test_a_signal_that_somebody_handles_is_not_the_end() -> None:
    handled = "signal.signal(signal.SIGTERM, lambda *_: print('handled', flush=True)); forget(last_call)\n"
    assert printed(handled + "signal.raise_signal(signal.SIGTERM)") == "handled\n"


def test_what_is_forgotten_is_not_called() -> None:
    assert printed("forget(last_call)") == ""


def test_a_child_that_leaves_without_atexit_waits_for_its_threads_and_calls() -> None:
    script = """
import multiprocessing
def work():
    call_at_the_end(last_call)
forget(last_call)
child = multiprocessing.get_context("fork").Process(target=work)
child.start(); child.join()
"""
    assert "called" in printed(script)
