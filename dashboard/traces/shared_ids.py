"""Ids that two spans share: with Zipkin and B3 the server's span has the id of the client's span that called it.

Both are kept. The client's half keeps the id; the server's half gets another one, made of it, and becomes the child
of the client's; what its own process made below the shared id moves below it. What it was sent with is kept, for an
export. Whichever half comes first, and whatever came between, the tree in the end is the same. Pure.
"""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from dashboard.traces.span import Span

Find = Callable[[str], Span | None]
"""Returns the span of a trace that has this id."""

CALLING = {"client", "producer"}
CALLED = {"server", "consumer"}
SEPARATED = 1
"""The version of a span that replaces the one that was sent, since its id or its parent's turned out to be shared."""
DIGITS = str.maketrans("0123456789abcdef", "fedcba9876543210")


def other_half(span_id: str) -> str:
    """Return the id of the server's half of a shared id, and the other way round."""
    return span_id.translate(DIGITS)


def are_halves(one: Span, other: Span) -> bool:
    """Return whether two spans of one id are the two ends of a call, not two versions of one span."""
    return (one.kind in CALLING and other.kind in CALLED) or (one.kind in CALLED and other.kind in CALLING)


def split(one: Span, other: Span, trace: Iterable[Span]) -> list[Span]:
    """Return both halves with ids of their own, and those spans of the trace that move below the server's half."""
    caller, called = (one, other) if one.kind in CALLING else (other, one)
    half = separate(called)
    return [_newer(caller), half, *(_newer(span) for span in moved(half, trace))]


def separate(called: Span) -> Span:
    """Return the server's half of a shared id with an id of its own, as the child of the client's half."""
    details = replace(called.more, shared=called.parent_id or "")
    return replace(called, span_id=other_half(called.span_id), parent_id=called.span_id, details=details)


def settle(span: Span, find: Find) -> Span:
    """Return a span as it belongs into a trace in which ids have been separated already."""
    if span.more.shared is None and _half(find, span.span_id):
        return separate(span) if span.kind in CALLED else _newer(span)
    half = _half(find, span.parent_id) if span.parent_id else None
    if half and _belongs_below(span, half):
        return _newer(replace(span, parent_id=half.span_id))
    return span


def moved(half: Span, trace: Iterable[Span]) -> list[Span]:
    """Return the spans of a trace that move below the server's half, with it as their parent."""
    return [
        replace(span, parent_id=half.span_id)
        for span in trace
        if span.parent_id == half.parent_id and _belongs_below(span, half)
    ]


def _half(find: Find, span_id: str) -> Span | None:
    half = find(other_half(span_id))
    return half if half is not None and half.more.shared is not None else None


def _belongs_below(span: Span, half: Span) -> bool:
    return span.span_id != half.span_id and span.server == half.server


def _newer(span: Span) -> Span:
    """Return a version of the span that replaces the one that was sent."""
    return replace(span, details=replace(span.more, version=max(span.more.version, SEPARATED)))
