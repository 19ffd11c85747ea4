"""Sends what is left when a worker of uWSGI ends, which it does in C and wherever it has been interrupted.

An idle worker runs ``atexit``. One that serves with gevent calls ``uwsgi.atexit`` (plugins/gevent/gevent.c,
gevent_loop). A busy one runs no more Python (plugins/python/python_plugin.c, uwsgi_python_atexit), and right after an
answer it is busy. Then its ``exit`` takes a moment, in which the sender's thread goes on. If the signal to end has
interrupted Python, which holds the interpreter's lock, what was recorded since the last message is lost: so a worker
gathers for a shorter time.
"""

import ctypes
import sys
from collections.abc import Callable

from ..failsafe import harmless

LINGER_US = 60_000
"""How long an ``exit`` takes at least, in µs. The master looks for workers that have ended once a second."""
TICK_S = 0.005
"""Longest time for which such a worker gathers spans into one message."""


@harmless(None)
def expect_exit(last_call: Callable[[], object]) -> None:
    """In a worker of uWSGI, have ``last_call`` called before it ends, or the sender's thread given a moment."""
    uwsgi = sys.modules.get("uwsgi")
    if uwsgi is None or not uwsgi.worker_id():
        return
    if "gevent" in sys.modules:  # its hub runs what ends the worker between two greenlets
        _call_at_exit_of_gevent(last_call)
    else:
        _linger_in_exit()


def shorten_tick(tick_s: float) -> float:
    """Return for how long spans are gathered in this process, if ``tick_s`` is asked for."""
    return min(tick_s, TICK_S) if "uwsgi" in sys.modules else tick_s


def _call_at_exit_of_gevent(last_call: Callable[[], object]) -> None:
    uwsgi = sys.modules["uwsgi"]
    before: Callable[[], object] | None = getattr(uwsgi, "atexit", None)

    def call_both() -> None:
        try:
            if before is not None:
                before()
        finally:
            last_call()

    uwsgi.atexit = call_both  # type: ignore[attr-defined]  # as uWSGI's documentation has it


def _linger_in_exit() -> None:
    """Register a function of the C library with ``exit``: the interpreter may have been interrupted anywhere."""
    library = ctypes.CDLL(None)
    register = library["__cxa_atexit"]
    register.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    register(ctypes.cast(library.usleep, ctypes.c_void_p), LINGER_US, None)
