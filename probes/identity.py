"""Who is running: process, thread and event loop of the code that calls.

Stands at the opening of every span, so the answer is kept per thread and checked cheaply.
"""

import itertools
import os
import threading
import weakref
from asyncio import AbstractEventLoop, _get_running_loop

from probes import attributes

_loop_numbers: weakref.WeakKeyDictionary[AbstractEventLoop, int] = weakref.WeakKeyDictionary()
_next_loop_number = itertools.count(1)


class _ThreadMemory(threading.local):
    pid = 0
    who: dict[str, str | int] = {}  # noqa: RUF012 - replaced, never changed
    loop: weakref.ref[AbstractEventLoop] | None = None
    loop_number = 0


_memory = _ThreadMemory()


def identity() -> dict[str, str | int]:
    """Return a new dict of process id, thread id and name and, inside a running loop, its number."""
    if _memory.pid != os.getpid():
        _memory.who = _look_up()
        _memory.pid = os.getpid()
    who = _memory.who.copy()
    loop = _get_running_loop()
    if loop is not None:
        who[attributes.LOOP] = loop_number(loop)
    return who


def loop_number(loop: AbstractEventLoop) -> int:
    """Return the number of ``loop``, unique in this process (``id()`` is reused, this is not)."""
    known = _memory.loop
    if known is not None and known() is loop:
        return _memory.loop_number
    number = _loop_numbers.get(loop)
    if number is None:
        number = _loop_numbers.setdefault(loop, next(_next_loop_number))
    _memory.loop, _memory.loop_number = weakref.ref(loop), number
    return number


def running_loop_number() -> int | None:
    """Return the number of the loop that runs in this thread, or None."""
    loop = _get_running_loop()
    return None if loop is None else loop_number(loop)


def _look_up() -> dict[str, str | int]:
    # The native id is what `top -H` shows, and unlike get_ident() it is not soon reused.
    thread = threading.current_thread()
    return {
        attributes.PROCESS_ID: os.getpid(),
        attributes.THREAD_ID: threading.get_native_id(),
        attributes.THREAD_NAME: thread.name,
    }
