"""Calls a function once more before this process ends, also where ``atexit`` is never run.

- A child of `multiprocessing`, such as a worker of Hypercorn, leaves with ``os._exit``, but waits for its threads.
- Uvicorn raises the signal that stopped it once more, at itself, and dies of it.
- Waitress, Cheroot and Django's ``runserver --noreload`` leave SIGTERM to the system, which ends them at once.

What uWSGI needs stands in `uwsgi_exit`.
"""

import atexit
import contextlib
import functools
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from ..failsafe import harmless
from ..runtime.native import original
from ..settings import is_disabled

FATAL = {signal.SIGTERM, signal.SIGINT}
RULES_ITS_SIGNALS = {"mod_wsgi", "uwsgi"}
"""Modules that servers bring along which end their processes by handlers of their own, in C."""

_callbacks: list[Callable[[], object]] = []
_getsignal, _signal = signal.getsignal, signal.signal


def call_at_the_end(callback: Callable[[], object]) -> None:
    """Call ``callback``, which may be called more than once and must not raise, before this process ends."""
    atexit.register(callback)
    if not _callbacks:
        _install()
    _callbacks.append(callback)


def forget(callback: Callable[[], object]) -> None:
    """Do not call ``callback`` any more."""
    atexit.unregister(callback)
    if callback in _callbacks:
        _callbacks.remove(callback)


def call_all() -> None:
    """Call every callback now."""
    for callback in [*_callbacks]:
        callback()


@functools.cache
@harmless(None)
def expect_sigterm() -> None:
    """Have SIGTERM call back first where it would end this process without a word; its effect stays the same.

    To be called where an application is made, by the thread that makes it: that is before any server of ours has
    installed a handler of its own, which replaces this one.
    """
    if not _is_main_thread() or RULES_ITS_SIGNALS & sys.modules.keys() or is_disabled():
        return
    if _getsignal(signal.SIGTERM) is signal.SIG_DFL:
        _signal(signal.SIGTERM, _end_by_sigterm)
        _hide_handler()


@harmless(None)
def leave_sigterm_to_the_system() -> None:
    """Undo `expect_sigterm` if the calling thread is the main one: it is about to work on a request.

    A handler of Python waits until the main thread executes Python, which may wait in a library for long. What only
    waits for connections does not.
    """
    if _is_main_thread() and _getsignal(signal.SIGTERM) is _end_by_sigterm:
        _signal(signal.SIGTERM, signal.SIG_DFL)


def _is_main_thread() -> bool:
    return bool(original("_thread", "get_ident")() == threading.main_thread().ident)


def _end_by_sigterm(signum: int, _frame: FrameType | None) -> None:
    """Do what SIGTERM would have done, after the last call. A second one does not wait for that."""
    _signal(signum, signal.SIG_DFL)
    call_all()
    os.kill(os.getpid(), signum)


def _hide_handler() -> None:
    """Let the application find what it would find without us, and put that back where it restores what it found."""
    ask, change = signal.getsignal, signal.signal

    @functools.wraps(ask)
    def getsignal(signalnum: int) -> Any:
        handler = ask(signalnum)
        return signal.SIG_DFL if handler is _end_by_sigterm else handler

    @functools.wraps(change)
    def change_signal(signalnum: int, handler: Any) -> Any:
        before = change(signalnum, handler)
        return signal.SIG_DFL if before is _end_by_sigterm else before

    signal.getsignal, signal.signal = getsignal, change_signal


@functools.cache
def _install() -> None:
    register = getattr(threading, "_register_atexit", None)
    if register is not None:
        with contextlib.suppress(RuntimeError):  # the interpreter has begun to end
            register(call_all)
    raise_signal = signal.raise_signal

    @functools.wraps(raise_signal)
    def raise_after_the_last_call(signum: int) -> None:
        if signum in FATAL and signal.getsignal(signum) is signal.SIG_DFL:
            call_all()
        raise_signal(signum)

    signal.raise_signal = raise_after_the_last_call
