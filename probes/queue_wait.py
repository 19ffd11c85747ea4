"""Reads when a request began to wait: from the header ``X-Request-Start``, or from what the server itself notes.

The header says when the proxy or client handed the request over. Its common form is ``t=<unix seconds>`` with a
fraction (nginx: ``t=${msec}``); load balancers also write milliseconds, microseconds or nanoseconds, which are
distinguished by their magnitude.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import attributes

OLDEST_NS = 3_600 * 10**9
"""A request that claims to have waited longer than an hour is ignored."""

HEADER = "X-Request-Start"
SERVER_NOTES = {
    "mod_wsgi.request_start": attributes.QUEUE_ACCEPTED,
    "mod_wsgi.queue_start": attributes.QUEUE_QUEUED,
}
"""What Apache's mod_wsgi notes in the environ, unix microseconds: when Apache had read the request, and when it
queued it for a daemon process. Each with the attribute that it becomes, in chronological order.
https://modwsgi.readthedocs.io/en/master/release-notes/version-4.4.0.html
"""

_FORM = re.compile(r"\s*(?:t=)?(\d{9,20})(?:\.(\d{1,18}))?\s*", re.ASCII)
_NS_BY_DIGITS = ((11, 10**9), (14, 10**6), (17, 10**3), (20, 1))


@dataclass(frozen=True, slots=True)
class QueueWait:
    """The wait before the application: since when, according to what, and what else the server noted."""

    start_ns: int
    source: str
    notes: Mapping[str, int] = field(default_factory=dict)


def find_wait(header: str | None, notes: Mapping[str, object], now_ns: int) -> QueueWait | None:
    """Return since when the request has waited, or None if unknown. The header takes precedence: it is earlier."""
    known = {
        name: moment
        for name in SERVER_NOTES
        if (moment := parse_moment(str(notes.get(name) or ""), now_ns)) is not None
    }
    described = {SERVER_NOTES[name]: moment for name, moment in known.items()}
    start_ns = parse_moment(header, now_ns)
    if start_ns is not None:
        return QueueWait(start_ns, HEADER, described)
    if known:
        source, start_ns = list(known.items())[-1]
        return QueueWait(start_ns, source, described)
    return None


def parse_moment(header: str | None, now_ns: int) -> int | None:
    """Return the moment in ``header`` as unix ns, or None if it is absent, malformed or implausible."""
    form = _FORM.fullmatch(header) if header else None
    if form is None:
        return None
    moment = _nanoseconds(form[1], form[2] or "")
    return moment if now_ns - OLDEST_NS <= moment <= now_ns else None


def _nanoseconds(whole: str, fraction: str) -> int:
    unit = next(ns for digits, ns in _NS_BY_DIGITS if len(whole) <= digits)
    parts: int = 10 ** len(fraction)
    return int(whole) * unit + int(f"0{fraction}") * unit // parts
