"""What the store still has of the last minutes, to be kept as one recording. Pure: it is given the time."""

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.traces.span import Span, by_trace

NS = 1_000_000_000
MOST_MINUTES = 60


@dataclass(frozen=True, slots=True)
class LastMinutes:
    """The spans of the requests that were under way in that time; `lacking` says what the store had no more."""

    spans: list[Span]
    lacking: str = ""


def gather_last_minutes(spans: Iterable[Span], minutes: int, now_ns: int, *, has_evicted: bool) -> LastMinutes:
    """Return the requests that were under way in the last minutes.

    `has_evicted` is whether the store ever had to let go of one: then it may lack the older ones.
    """
    since_ns = now_ns - minutes * 60 * NS
    found: list[Span] = []
    oldest_ns = now_ns
    for trace in by_trace(spans).values():
        oldest_ns = min(oldest_ns, *(span.start_ns for span in trace))
        if any(span.end_ns is None or span.end_ns >= since_ns for span in trace):
            found += trace
    lacking = ""
    if has_evicted and oldest_ns > since_ns:
        kept_s = max(0, now_ns - oldest_ns) // NS
        lacking = f"Of the last {minutes} minutes only {kept_s} s were still here: newer requests had replaced older."
    return LastMinutes(found, lacking)
