"""The processes of a browser: what they keep lies in one folder, and they all end with the block that needs them."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

END_WITHIN_S = 10.0
LOOK_EVERY_S = 0.05


@contextmanager
def household(home: Path) -> Iterator[dict[str, str]]:
    """Give the environment that makes `home` its programs' home, by which they are found and ended afterwards.

    A browser's helpers outlive their parents for a moment, and would write into a folder that is being removed.
    """
    places = {"HOME": home, "XDG_CONFIG_HOME": home / "config", "XDG_CACHE_HOME": home / "cache"}
    try:
        yield {**os.environ, **{name: str(place) for name, place in places.items()}}
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            for process in _members(home):
                process.send_signal(number)
            _wait_until_empty(home)


def _members(home: Path) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if _home_of(process) == str(home)]


def _home_of(process: psutil.Process) -> str:
    """Return its HOME; nothing for another's process and for one that has ended."""
    try:
        return process.environ().get("HOME", "")
    except (psutil.Error, OSError):
        return ""


def _wait_until_empty(home: Path) -> None:
    deadline = time.monotonic() + END_WITHIN_S
    while _members(home) and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_S)
