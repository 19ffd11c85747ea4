"""Aligns two sides in time: both begin at the same moment, so that the stage can play them side by side. Pure."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeGuard

from msgspec import structs

from dashboard.diff.diff import Side
from dashboard.traces.attributes import RUN
from dashboard.traces.span import Attributes, AttributeValue, Span

MERGED_RUN = "comparison"
"""The run that both sides' requests are put into, which makes them one take on the stage."""

DAY_NS = 86_400 * 10**9


def align(a: Side, b: Side) -> list[Span]:
    """Return the spans of both, those of `b` shifted in time; their servers are called "a" and "b".

    Raise ValueError when a request is on both sides: its two halves could not be told apart.
    """
    if {span.trace_id for trace in a.traces for span in trace} & {
        span.trace_id for trace in b.traces for span in trace
    }:
        raise ValueError(f"{a.label} and {b.label} are the same requests: choose two runs, or two servers of one run")
    spans_b = shift(_spans(b), a.start_ns - b.start_ns, MERGED_RUN, {b.server: "b"})
    return [*shift(_spans(a), 0, MERGED_RUN, {a.server: "a"}), *spans_b]


def shift(spans: Iterable[Span], by_ns: int, run: str, servers: Mapping[str, str]) -> Iterator[Span]:
    """Yield the spans moved in time, as requests of `run`; servers are called as `servers` says, or as before."""
    for span in spans:
        yield structs.replace(
            span,
            server=servers.get(span.server, span.server),
            start_ns=span.start_ns + by_ns,
            end_ns=None if span.end_ns is None else span.end_ns + by_ns,
            attributes=_shift_attributes(span, by_ns, run),
            events=tuple(replace(event, time_ns=event.time_ns + by_ns) for event in span.events),
        )


def _spans(side: Side) -> Iterator[Span]:
    return itertools.chain.from_iterable(side.traces)


def _shift_attributes(span: Span, by_ns: int, run: str) -> Attributes:
    moments = {key: value + by_ns for key, value in span.attributes.items() if _is_moment(value, key, span.start_ns)}
    return {**span.attributes, **moments, **({RUN: run} if RUN in span.attributes else {})}


def _is_moment(value: AttributeValue, key: str, near_ns: int) -> TypeGuard[int]:
    """Return whether an attribute is a Unix time: all other nanoseconds are durations, and no request lasts years."""
    return key.endswith("_ns") and isinstance(value, int) and abs(value - near_ns) < DAY_NS
