"""How rates and differences are written, on the page and in the terminal. Pure."""

import math

from dashboard.lib.durations import NOT_KNOWN, format_duration

EXACT_BELOW = 100
"""Rates below it have one digit after the point."""


def format_rate(per_second: float | None) -> str:
    """Return a number of answers a second; a dash for one that is unknown."""
    if per_second is None or not math.isfinite(per_second):
        return NOT_KNOWN
    return f"{per_second:,.1f}" if abs(per_second) < EXACT_BELOW else f"{per_second:,.0f}"


def format_duration_difference(seconds: float | None) -> str:
    """Return a difference of durations with its sign."""
    return NOT_KNOWN if seconds is None else _sign(seconds) + format_duration(abs(seconds))


def format_rate_difference(per_second: float | None) -> str:
    """Return a difference of rates with its sign."""
    return NOT_KNOWN if per_second is None else _sign(per_second) + format_rate(abs(per_second))


def _sign(value: float) -> str:
    return "−" if value < 0 else "+"
