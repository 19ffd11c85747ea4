"""Ids of traces and spans, from the operating system's generator.

``random`` is reseeded by ``os.register_at_fork``, which uWSGI's fork skips: two workers would then give the same ids
to different requests. For the same reason what a thread has in stock belongs to one process id.
"""

import os
import threading
from collections.abc import Iterator

from opentelemetry.sdk.trace.id_generator import IdGenerator

SPAN_ID_BYTES = 8
TRACE_ID_BYTES = 16
IDS_AT_ONCE = 256
"""Span ids that a thread draws with one call of the system."""


class _Stock(threading.local):
    process_id = 0
    span_ids: Iterator[bytes] = iter(())


_stock = _Stock()


def new_span_id() -> bytes:
    """Return the id of a new span, as it stands in a message."""
    if _stock.process_id == os.getpid():
        # One step of a list's iterator: a signal handler or a finalizer that opens a stage here gets another id.
        for span_id in _stock.span_ids:
            return span_id
    return _draw()


def new_trace_id() -> bytes:
    """Return the id of a new trace, as it stands in a message."""
    return os.urandom(TRACE_ID_BYTES)


def _draw() -> bytes:
    drawn = os.urandom(SPAN_ID_BYTES * IDS_AT_ONCE)
    ids = iter([drawn[at : at + SPAN_ID_BYTES] for at in range(0, len(drawn), SPAN_ID_BYTES)])
    mine = next(ids)
    _stock.span_ids, _stock.process_id = ids, os.getpid()
    return mine


class SystemIds(IdGenerator):
    """The same ids for the spans that the OpenTelemetry SDK starts."""

    def generate_span_id(self) -> int:
        return int.from_bytes(new_span_id()) or 1

    def generate_trace_id(self) -> int:
        return int.from_bytes(new_trace_id()) or 1

    def is_trace_id_random(self) -> bool:
        return True
