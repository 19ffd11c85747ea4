"""Ids of traces and spans, from the operating system's generator.

``random`` is reseeded by ``os.register_at_fork``, which uWSGI's fork skips: two workers would then give the same ids
to different requests. For the same reason what a thread has in stock belongs to one process id.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry.sdk.trace.id_generator import IdGenerator

SPAN_ID_BYTES = 8
TRACE_ID_BYTES = 16
IDS_AT_ONCE = 128
"""Ids of each sort that a thread draws with one call of the system, which costs as much as many stages."""


class _Stock(threading.local):
    """Ids of one size that this thread has drawn and not used yet."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._process_id = 0
        self._ids = iter(list[bytes]())

    def take(self) -> bytes:
        if self._process_id == os.getpid():
            # One step of a list's iterator: a signal handler or a finalizer that needs an id here gets another one.
            for taken in self._ids:
                return taken
        drawn = os.urandom(self._size * IDS_AT_ONCE)
        ids = iter([drawn[at : at + self._size] for at in range(0, len(drawn), self._size)])
        first = next(ids)
        self._ids, self._process_id = ids, os.getpid()
        return first


new_span_id = _Stock(SPAN_ID_BYTES).take
"""Return the id of a new span, as it stands in a message."""
new_trace_id = _Stock(TRACE_ID_BYTES).take
"""Return the id of a new trace, as it stands in a message."""


NewId = Callable[[], int]
_given: ContextVar[tuple[NewId | None, NewId | None]] = ContextVar("gatescope_given_ids", default=(None, None))
"""Where ids of a trace, and of the span that begins it, come from instead."""


@contextmanager
def trace_ids_from(new_trace_id: NewId, new_span_id: NewId | None = None) -> Iterator[None]:
    """Take the ids of a trace that begins inside the block from elsewhere, such as a project's own generator."""
    token = _given.set((new_trace_id, new_span_id))
    try:
        yield
    finally:
        _given.reset(token)


class SystemIds(IdGenerator):
    """The same ids for the spans that the OpenTelemetry SDK starts."""

    def generate_span_id(self) -> int:
        given = _given.get()[1]
        return int.from_bytes(new_span_id()) or 1 if given is None else given()

    def generate_trace_id(self) -> int:
        given = _given.get()[0]
        return int.from_bytes(new_trace_id()) or 1 if given is None else given()

    def is_trace_id_random(self) -> bool:
        return True
