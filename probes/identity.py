"""What runs the calling code: process, thread and event loop.

Needed whenever a span opens, so the answer is created once per thread and loop and checked cheaply.
"""

import itertools
import os
import weakref
from dataclasses import dataclass

from .runtime.loops import running_loop
from .runtime.native import original
from .runtime.threads import thread_name

_loop_numbers: weakref.WeakKeyDictionary[object, int] = weakref.WeakKeyDictionary()
_next_loop_number = itertools.count(1)


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """One thread of one process, and the loop that runs in it; compared by identity, as a key of what is kept."""

    process_id: int
    thread_id: int
    """The system's id, as ``top -H`` shows it; unlike ``get_ident()`` it is not reused soon."""
    thread_name: str
    loop: int | None
    """Number of the running event loop or hub, unique in the process; None outside of one."""


class _ThreadMemory(original("threading", "local")):  # type: ignore[misc]  # all greenlets of a thread share it
    who: Identity | None = None
    loop: weakref.ref[object] | None = None


_memory = _ThreadMemory()


def current_identity() -> Identity:
    """Return what runs the calling code; the same object as long as that does not change."""
    who = _memory.who
    loop = running_loop()
    if who is not None and who.process_id == os.getpid() and _is_current(loop, who):
        return who
    return _look_up(loop)


def loop_number(loop: object) -> int:
    """Return the number of ``loop``, unique in this process (``id()`` is reused, this is not)."""
    number = _loop_numbers.get(loop)
    return _loop_numbers.setdefault(loop, next(_next_loop_number)) if number is None else number


def _is_current(loop: object | None, who: Identity) -> bool:
    known = _memory.loop
    if loop is None or known is None:
        return loop is None and who.loop is None
    return known() is loop


def _look_up(loop: object | None) -> Identity:
    who = Identity(
        process_id=os.getpid(),
        thread_id=original("_thread", "get_native_id")(),
        thread_name=thread_name(),
        loop=None if loop is None else loop_number(loop),
    )
    _memory.who, _memory.loop = who, None if loop is None else weakref.ref(loop)
    return who
