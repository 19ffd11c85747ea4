"""Puts two sides on one clock: both begin at the same moment, so that the stage can play them side by side. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal, TypeGuard

from dashboard.diff.diff import Side
from dashboard.traces.attributes import RUN
from dashboard.traces.span import Attributes, AttributeValue, Span

TOGETHER = "comparison"
"""The run that both sides' requests seem to be of: what makes them one take on the stage."""

DAY_NS = 86_400 * 10**9


def one_clock(a: Side, b: Side) -> list[Span]:
    """The spans of both, those of `b` moved in time; their servers are called "a" and "b".

    Raises ValueError when a request stands on both sides: no side-by-side can tell its two halves apart.
    """
    if {span.trace_id for trace in a.traces for span in trace} & {
        span.trace_id for trace in b.traces for span in trace
    }:
        raise ValueError(f"{a.label} and {b.label} are the same requests: choose two runs, or two servers of one run")
    return [*_side(a, "a", 0), *_side(b, "b", a.start_ns - b.start_ns)]


def _side(side: Side, key: Literal["a", "b"], by_ns: int) -> Iterator[Span]:
    for span in _spans(side.traces):
        yield replace(
            span,
            # Services that it called keep their names.
            server=key if span.server == side.server else span.server,
            start_ns=span.start_ns + by_ns,
            end_ns=None if span.end_ns is None else span.end_ns + by_ns,
            attributes=_moved(span, by_ns),
            events=tuple(replace(event, time_ns=event.time_ns + by_ns) for event in span.events),
        )


def _spans(traces: Sequence[Sequence[Span]]) -> Iterator[Span]:
    for trace in traces:
        yield from trace


def _moved(span: Span, by_ns: int) -> Attributes:
    together = {RUN: TOGETHER} if RUN in span.attributes else {}
    moments = {key: value + by_ns for key, value in span.attributes.items() if _is_moment(value, key, span.start_ns)}
    return {**span.attributes, **moments, **together}


def _is_moment(value: AttributeValue, key: str, near_ns: int) -> TypeGuard[int]:
    """Whether an attribute holds Unix time: all other nanoseconds are lengths, and no request lasts for years."""
    return key.endswith("_ns") and isinstance(value, int) and abs(value - near_ns) < DAY_NS
