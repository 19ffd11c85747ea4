"""A figure of an attempt in words, for page, terminal and report alike. Pure."""

from dashboard.lessons.results import FigureResult
from dashboard.runs.metric_format import format_metric

BOUNDS = {"about": "", "at least": "at least ", "at most": "at most "}
WITHOUT_SHARE = frozenset({"status", "HTTP"})
"""Units of which nothing can be off by a share."""


def describe_expected(figure: FigureResult) -> str:
    """Return what is expected, such as "at least 2 times"."""
    return BOUNDS[figure.bound] + format_metric(figure.expected, figure.unit)


def describe_spread(figure: FigureResult) -> str:
    """Return the smallest and the largest value of several rounds; "" for a single one."""
    if figure.spread is None or len(figure.known) == 1:
        return ""
    return " to ".join(format_metric(end, figure.unit) for end in figure.spread)


def describe_measured(figure: FigureResult) -> str:
    """Return the median of the rounds, and their spread."""
    words, spread = format_metric(figure.measured, figure.unit), describe_spread(figure)
    return f"{words} ({spread})" if spread else words


def describe_verdict(figure: FigureResult) -> str:
    """Return what became of the figure in a few words."""
    if figure.measured is None:
        return "not measured"
    if figure.holds:
        return "holds"
    if not figure.expected or figure.unit in WITHOUT_SHARE:
        return "differs"
    return f"off by {100 * abs(figure.measured - figure.expected) / abs(figure.expected):,.0f} %"
