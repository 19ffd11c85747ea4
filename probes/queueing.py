"""Reads when the proxy or client handed a request over, from the header ``X-Request-Start``.

The common form is ``t=<unix seconds>`` with a fraction (nginx: ``t=${msec}``); milliseconds,
microseconds and nanoseconds are told apart by their size, as load balancers write them too.
"""

import re

OLDEST_NS = 3_600 * 10**9
"""A request that claims to have waited longer than an hour is not believed."""

_FORM = re.compile(r"\s*(?:t=)?(\d{9,20})(?:\.(\d{1,18}))?\s*", re.ASCII)
_NS_BY_DIGITS = ((11, 10**9), (14, 10**6), (17, 10**3), (20, 1))


def handed_over_ns(header: str | None, now_ns: int) -> int | None:
    """Return the moment in ``header`` as unix ns, or None when it is absent, malformed or not believable."""
    form = _FORM.fullmatch(header) if header else None
    if form is None:
        return None
    moment = _nanoseconds(form[1], form[2] or "")
    return moment if now_ns - OLDEST_NS <= moment <= now_ns else None


def _nanoseconds(whole: str, fraction: str) -> int:
    unit = next(ns for digits, ns in _NS_BY_DIGITS if len(whole) <= digits)
    parts: int = 10 ** len(fraction)
    return int(whole) * unit + int(f"0{fraction}") * unit // parts
