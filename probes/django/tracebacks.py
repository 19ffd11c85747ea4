"""Tracebacks as they are without the instrument: Django's debug page, its log and error reporters see none of ours.

`__traceback_hide__` in our wrappers asks for the same of those that see an exception elsewhere.
"""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from ..failsafe import harmless

OWN_FOLDER = f"{Path(__file__).parent.parent}/"
EXCEPTIONS_FOLLOWED = 32


def observe(response_for_exception: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `response_for_exception`, in which Django logs an exception, signals it and makes a page of it."""

    @functools.wraps(response_for_exception)
    def wrapper(request: Any, error: BaseException) -> Any:
        __traceback_hide__ = True
        _drop_own_frames(error)
        return response_for_exception(request, error)

    return wrapper


@harmless(None)
def _drop_own_frames(error: BaseException) -> None:
    """Take our frames out of the tracebacks of an exception and of those that led to it."""
    for one in _chain(error):
        first = _next_foreign(one.__traceback__)
        if first is not one.__traceback__:
            one.__traceback__ = first
        while first is not None:
            following = _next_foreign(first.tb_next)
            if following is not first.tb_next:
                first.tb_next = following
            first = following


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: dict[int, BaseException] = {}
    waiting: list[BaseException | None] = [error]
    while waiting and len(seen) < EXCEPTIONS_FOLLOWED:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen[id(one)] = one
        yield one
        waiting += (one.__context__, one.__cause__)
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions


def _next_foreign(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(OWN_FOLDER):
        trace = trace.tb_next
    return trace
