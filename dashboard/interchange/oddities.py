"""What is odd about imported spans, and has to be corrected wherever they are drawn, in sentences. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from dashboard.traces.span import Span, by_trace
from dashboard.traces.tree import CYCLE, ENDS_EARLY, NO_PARENT, OWN_PARENT, STARTS_EARLY, build_trees

SENTENCES: Mapping[str, tuple[str, str]] = {
    NO_PARENT: ("The parent of 1 span never arrived.", "The parents of {number:,} spans never arrived."),
    OWN_PARENT: ("1 span names itself as its parent.", "{number:,} spans name themselves as their parents."),
    CYCLE: ("1 span is its own ancestor.", "{number:,} spans are their own ancestors."),
    STARTS_EARLY: (
        "1 span starts before its parent: their clocks differ.",
        "{number:,} spans start before their parents: their clocks differ.",
    ),
    ENDS_EARLY: ("1 span ends before it starts.", "{number:,} spans end before they start."),
}
"""What is said of one span, and of several."""


def describe_oddities(spans: Iterable[Span]) -> list[str]:
    """Return a sentence for each kind of oddity, in the order in which they occur."""
    nodes = (node for trace in by_trace(spans).values() for root in build_trees(trace) for node in root.walk())
    anomalies = Counter(anomaly for node in nodes for anomaly in node.anomalies)
    return [SENTENCES[anomaly][number > 1].format(number=number) for anomaly, number in anomalies.items()]
