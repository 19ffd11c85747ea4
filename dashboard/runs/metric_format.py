"""Writes a metric as people read it: "10.1 s", "41.2 ms", "2,500 a second", "3 threads". Pure."""

from collections.abc import Callable

from dashboard.lib.durations import format_duration

SMALL = 10
REFUSED = "refused"
NOT_MEASURED = "–"


def format_metric(value: float | None, unit: str) -> str:
    """Return a value in one of the units of `metrics.METRICS`, or in "times" for a ratio; a dash for None."""
    if value is None:
        return NOT_MEASURED
    if unit in WORDS:
        return WORDS[unit](value)
    return f"{_short(value)} {_singular(unit) if value == 1 else unit}"


def number(value: float) -> str:
    """Return as many digits as mean something, without a unit: 0.031, 1.02, 10.1, 2500."""
    if value == int(value):
        return f"{value:.0f}"
    return f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}" if abs(value) < SMALL else f"{value:.1f}"


def format_unit(unit: str) -> str:
    """Return the unit to write next to a field for a guess; empty if the number needs none."""
    return {"s": "s", "share": "", "1/s": "a second", "status": "", "HTTP": ""}.get(unit, unit)


def _seconds(value: float) -> str:
    """Return a time, or a difference of times, which may be negative."""
    return f"−{format_duration(-value)}" if value < 0 else format_duration(value)


def _short(value: float) -> str:
    """Return three digits, which is as many as people remember; whole numbers stay whole."""
    return f"{value:,.0f}" if value == round(value) or abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004


def _singular(unit: str) -> str:
    return unit.removesuffix("es") if unit.endswith("sses") else unit.removesuffix("s")


WORDS: dict[str, Callable[[float], str]] = {
    "s": _seconds,
    "share": lambda value: f"{value:.3g}",
    "1/s": lambda value: f"{value:,.0f} a second",
    "times": lambda value: f"{_short(value)} times",
    "status": lambda value: f"{value:g}",
    "HTTP": lambda value: f"HTTP/{value:g}" if value else REFUSED,
}
"""How to write units that do not simply follow their number."""
