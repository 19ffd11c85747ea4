"""The server that ``runserver`` reloads ends in good order when its reloader is asked to end."""

import subprocess
import sys
import types
from pathlib import Path

import pytest

from probes.django import autoreload
from probes.django.autoreload import EndsInGoodOrder

CHILD = """
import signal, sys, time
signal.signal(signal.SIGTERM, {handler})
print("started", flush=True)
time.sleep(30)
"""
RELOADER = """
import signal, subprocess, sys, time
from probes.django import autoreload
autoreload.ENDS_WITHIN_S = 0.5
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
autoreload.EndsInGoodOrder(subprocess).run([sys.executable, "-c", sys.argv[1]], close_fds=False)
"""
ROOT = Path(__file__).parents[3]


def last_words(handler: str) -> str:
    """What a child says after its reloader was asked to end; returns when both are gone."""
    child = CHILD.format(handler=handler)
    with subprocess.Popen(
        [sys.executable, "-c", RELOADER, child], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as reloader:
        assert reloader.stdout is not None
        assert reloader.stdout.readline() == "started\n"
        reloader.terminate()
        said = reloader.stdout.read()  # until no process has it open any more
        assert reloader.wait(10) == 0
    return said


def test_the_child_ends_by_itself() -> None:
    assert last_words("lambda *_: (print('bye', flush=True), sys.exit(0))") == "bye\n"


def test_a_child_that_does_not_end_is_killed() -> None:
    assert last_words("signal.SIG_IGN") == ""


def test_how_a_child_ended_is_told_as_before() -> None:
    arguments = [sys.executable, "-c", "raise SystemExit(3)"]
    assert EndsInGoodOrder(subprocess).run(arguments, close_fds=False).returncode == 3


def test_what_it_does_not_know_goes_to_the_module() -> None:
    done = EndsInGoodOrder(subprocess).run([sys.executable, "-c", "print(1)"], capture_output=True)
    assert done.stdout == b"1\n"
    assert EndsInGoodOrder(subprocess).PIPE == subprocess.PIPE


def test_the_module_has_its_own_again_when_the_reloader_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("of_a_reloader")
    module.subprocess = subprocess  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)

    def restart() -> int:
        assert isinstance(module.subprocess, EndsInGoodOrder)
        return 3

    restart.__module__ = module.__name__
    assert autoreload.observe(restart)() == 3
    assert module.subprocess is subprocess
