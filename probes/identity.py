"""What runs the calling code: process, thread and event loop.

Needed whenever a span opens, so the answer is created once per thread and loop and checked cheaply.
"""

import itertools
import os
import threading
import weakref
from asyncio import AbstractEventLoop, _get_running_loop
from dataclasses import dataclass

_loop_numbers: weakref.WeakKeyDictionary[AbstractEventLoop, int] = weakref.WeakKeyDictionary()
_next_loop_number = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Identity:
    """One thread of one process, and the loop that runs in it."""

    process_id: int
    thread_id: int
    """The system's id, as ``top -H`` shows it; unlike ``get_ident()`` it is not reused soon."""
    thread_name: str
    loop: int | None
    """Number of the running event loop, unique in the process; None outside a loop."""


class _ThreadMemory(threading.local):
    who: Identity | None = None
    loop: weakref.ref[AbstractEventLoop] | None = None


_memory = _ThreadMemory()


def current_identity() -> Identity:
    """Return what runs the calling code; the same object as long as that does not change."""
    who = _memory.who
    loop = _get_running_loop()
    if who is not None and who.process_id == os.getpid() and _is_current(loop, who):
        return who
    return _look_up(loop)


def loop_number(loop: AbstractEventLoop) -> int:
    """Return the number of ``loop``, unique in this process (``id()`` is reused, this is not)."""
    number = _loop_numbers.get(loop)
    return _loop_numbers.setdefault(loop, next(_next_loop_number)) if number is None else number


def _is_current(loop: AbstractEventLoop | None, who: Identity) -> bool:
    known = _memory.loop
    if loop is None or known is None:
        return loop is None and who.loop is None
    return known() is loop


def _look_up(loop: AbstractEventLoop | None) -> Identity:
    who = Identity(
        process_id=os.getpid(),
        thread_id=threading.get_native_id(),
        thread_name=threading.current_thread().name,
        loop=None if loop is None else loop_number(loop),
    )
    _memory.who, _memory.loop = who, None if loop is None else weakref.ref(loop)
    return who
