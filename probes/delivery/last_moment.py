"""Calls a function once more before this process ends, also where ``atexit`` is never run.

A child of `multiprocessing`, such as a worker of Hypercorn, leaves with ``os._exit``, but waits for its threads.
Uvicorn raises the signal that stopped it once more, at itself, and dies of it.
"""

import atexit
import functools
import signal
import threading
from collections.abc import Callable

FATAL = {signal.SIGTERM, signal.SIGINT}

_callbacks: list[Callable[[], object]] = []


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


def _call_all() -> None:
    for callback in [*_callbacks]:
        callback()


@functools.cache
def _install() -> None:
    register = getattr(threading, "_register_atexit", None)
    if register is not None:
        register(_call_all)
    raise_signal = signal.raise_signal

    @functools.wraps(raise_signal)
    def raise_after_the_last_call(signum: int) -> None:
        if signum in FATAL and signal.getsignal(signum) is signal.SIG_DFL:
            _call_all()
        raise_signal(signum)

    signal.raise_signal = raise_after_the_last_call
