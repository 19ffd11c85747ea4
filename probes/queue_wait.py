"""Reads when a request began to wait: from the header ``X-Request-Start``, or from the server's own notes.

The header says when the proxy or client handed the request over. Its common form is ``t=<unix seconds>`` with a
fraction (nginx: ``t=${msec}``); milliseconds, microseconds and nanoseconds are told apart by their size, as load
balancers write them too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import attributes

OLDEST_NS = 3_600 * 10**9
"""A request that claims to have waited longer than an hour is not believed."""

HEADER = "X-Request-Start"
SERVER_NOTES = {
    "mod_wsgi.request_start": attributes.QUEUE_ACCEPTED,
    "mod_wsgi.queue_start": attributes.QUEUE_QUEUED,
}
"""What Apache's mod_wsgi notes in the environ, unix microseconds: when Apache had read the request, and when it stood
in line for a daemon process. By the attribute that each becomes, in the order in which they happen.
https://modwsgi.readthedocs.io/en/master/release-notes/version-4.4.0.html
"""

_FORM = re.compile(r"\s*(?:t=)?(\d{9,20})(?:\.(\d{1,18}))?\s*", re.ASCII)
_NS_BY_DIGITS = ((11, 10**9), (14, 10**6), (17, 10**3), (20, 1))


@dataclass(frozen=True, slots=True)
class Wait:
    """The time before the application: since when, who said so, and what else the server noted."""

    start_ns: int
    source: str
    notes: Mapping[str, int] = field(default_factory=dict)


def wait(header: str | None, notes: Mapping[str, object], now_ns: int) -> Wait | None:
    """Return how long the request has waited, None when nobody told. The header is believed first: it is earlier."""
    known = {
        name: moment
        for name in SERVER_NOTES
        if (moment := handed_over_ns(str(notes.get(name) or ""), now_ns)) is not None
    }
    described = {SERVER_NOTES[name]: moment for name, moment in known.items()}
    start_ns = handed_over_ns(header, now_ns)
    if start_ns is not None:
        return Wait(start_ns, HEADER, described)
    if known:
        source, start_ns = list(known.items())[-1]
        return Wait(start_ns, source, described)
    return None


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
