"""The name of the calling thread, without making anything of it that the application could find."""

import contextlib
import os
import threading
from pathlib import Path

from .native import original


def thread_name() -> str:
    """Return what Python, or else the system, calls the thread.

    `threading.current_thread` would make an object named "Dummy-7" for a thread that Python has not started, such as
    Granian's, and one for each greenlet of gevent.
    """
    thread = original("_thread", "get_native_id")()
    if thread == os.getpid():
        return threading.main_thread().name
    known = threading._active.get(original("_thread", "get_ident")())  # type: ignore[attr-defined]  # noqa: SLF001
    is_unnamed = isinstance(known, threading._DummyThread) and known.name.startswith("Dummy-")  # noqa: SLF001
    if known is None or is_unnamed:
        return f"{_name_of_system(thread)}-{thread}"
    return str(known.name)


def _name_of_system(thread: int) -> str:
    """Return the name that ``top -H`` shows on Linux, unless that is the one of its process; "thread" elsewhere."""
    with contextlib.suppress(OSError):
        name, process = (_read(f"/proc/self/task/{number}/comm") for number in (thread, os.getpid()))
        if name and name != process:
            return name
    return "thread"


def _read(path: str) -> str:
    return Path(path).read_text(errors="replace").strip()
