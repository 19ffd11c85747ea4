"""Spans for tests, with everything filled in that a test does not care about."""

from typing import Any

from dashboard.traces.span import Span

SECOND_NS = 1_000_000_000
START_NS = 1_700_000_000 * SECOND_NS


def make_span(number: int = 1, trace: int = 1, **fields: Any) -> Span:
    """Span `number` of trace `trace`; it has ended unless `end_ns` says otherwise."""
    usual = {
        "parent_id": None,
        "name": f"span {number}",
        "stage": "view",
        "server": "uvicorn",
        "start_ns": START_NS + number,
        "end_ns": START_NS + number + SECOND_NS,
    }
    return Span(trace_id=f"{trace:032x}", span_id=f"{number:016x}", **{**usual, **fields})


def make_open(number: int = 1, trace: int = 1, **fields: Any) -> Span:
    """The same while it is open."""
    return make_span(number, trace, end_ns=None, **fields)
