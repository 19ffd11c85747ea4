"""The wall between the instrument and the application it observes.

Any error inside the instrument ends here: it is logged, at most once a minute per cause, and the observed request
goes on as if there were no instrument.
"""

import contextlib
import functools
import logging
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

logger = logging.getLogger("gatescope")

QUIET_S = 60.0
"""Seconds for which the same cause is not logged again."""
CAUSES_KEPT = 256
"""Causes remembered; beyond it they are all forgotten, so that memory cannot grow."""

P = ParamSpec("P")
T = TypeVar("T")
F = TypeVar("F")

_last_logged: dict[tuple[str, int, type[BaseException]], float] = {}


def harmless(fallback: F) -> Callable[[Callable[P, T]], Callable[P, T | F]]:
    """Make a function of the instrument return ``fallback`` where it would raise.

    Only ``Exception`` is caught: a ``SystemExit`` or ``CancelledError`` that is raised while the instrument runs is
    meant for the application and its server.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T | F]:
        @functools.wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> T | F:
            try:
                return function(*args, **kwargs)
            except Exception as problem:  # noqa: BLE001 - this is the wall
                report(problem)
                return fallback

        return wrapper

    return decorate


def report(problem: BaseException) -> None:
    """Log an error of the instrument, unless the same cause was logged during the last minute.

    A cause is the type of the error and the line that raised it.
    """
    cause = _cause(problem)
    now = time.monotonic()
    if now - _last_logged.get(cause, -QUIET_S) < QUIET_S:
        return
    if len(_last_logged) >= CAUSES_KEPT:
        _last_logged.clear()
    _last_logged[cause] = now
    with contextlib.suppress(Exception):  # a filter of the application's logging may raise
        logger.error(
            "Gatescope's instrument failed with %s; the request is not affected.",
            type(problem).__name__,
            exc_info=problem,
        )


def forget() -> None:
    """Forget what was logged, so that the next report of any cause is logged."""
    _last_logged.clear()


def _cause(problem: BaseException) -> tuple[str, int, type[BaseException]]:
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "", 0, type(problem)
    return trace.tb_frame.f_code.co_filename, trace.tb_lineno, type(problem)
