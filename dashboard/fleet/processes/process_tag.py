"""The tag that every process of a fleet carries in its environment, and the end of processes by their tag.

Workers inherit it from their server, whatever sessions and groups they make. It names the supervisor by process id
and start time, so that anybody can tell later whether that supervisor is still alive.
"""

import os
import secrets
import signal
import time
from collections.abc import Callable

import psutil

from dashboard.fleet.processes.guard import TAG_VARIABLE

TERM_S = 1.0
"""How long processes may take to end by themselves."""
GIVE_UP_S = 5.0
"""After this even SIGKILL cannot help: the process hangs in the kernel."""
LOOK_AGAIN_S = 0.1
ENOUGH_MISSES = 2
SAME_START_S = 60.0
"""Start times are derived from the wall clock, which may be set; no process id is reused within a minute."""


def new_tag() -> str:
    """Return a tag for a fleet whose supervisor is this process."""
    return tag_of(os.getpid())


def tag_of(pid: int) -> str:
    """Return a tag that names this process. Raises `psutil.NoSuchProcess`."""
    return f"{pid}-{psutil.Process(pid).create_time():.2f}-{secrets.token_hex(4)}"


def is_orphaned(tag: str) -> bool:
    """Return whether the supervisor that made this tag is gone; False for a text that is not a tag."""
    try:
        pid, started, _ = tag.split("-")
        process = psutil.Process(int(pid))
        return abs(process.create_time() - float(started)) > SAME_START_S or _is_zombie(process)
    except psutil.NoSuchProcess:
        return True
    except (ValueError, psutil.Error):
        return False


def find_tagged(belongs: Callable[[str], bool]) -> list[psutil.Process]:
    """List the other processes whose tag `belongs` accepts; those we may not inspect are not ours."""
    found = []
    for process in psutil.process_iter():
        try:
            tag = process.environ().get(TAG_VARIABLE)
        except (psutil.Error, OSError):
            continue
        if tag and process.pid != os.getpid() and belongs(tag):
            found.append(process)
    return found


def end_tagged(belongs: Callable[[str], bool]) -> int:
    """End every process whose tag `belongs` accepts, as `end_found` does."""
    return end_found(lambda: find_tagged(belongs))


def end_found(find: Callable[[], list[psutil.Process]]) -> int:
    """End every process that `find` finds: SIGTERM, a short wait, SIGKILL. Return their number.

    Look until none was found twice in a row: a server may fork a worker while we look.
    """
    started = time.monotonic()
    asked: set[int] = set()
    misses = 0
    while misses < ENOUGH_MISSES and time.monotonic() - started < GIVE_UP_S:
        processes = find()
        patient = time.monotonic() - started < TERM_S
        for process in processes:
            if not patient:
                _signal(process, signal.SIGKILL)
            elif process.pid not in asked:
                _signal(process, signal.SIGTERM)
            asked.add(process.pid)
        misses = 0 if processes else misses + 1
        time.sleep(LOOK_AGAIN_S)
    return len(asked)


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.Error:
        return


def _is_zombie(process: psutil.Process) -> bool:
    return bool(process.status() == psutil.STATUS_ZOMBIE)
