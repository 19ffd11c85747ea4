"""Who may do what: the one table from which every check is made, and which a test walks for every URL and role.

A dashboard on loopback has no keys, and everybody there is the presenter. Beyond it a role comes from a key:
the presenter's token, the key for sending, or the join code of the class.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from django.urls import Resolver404, resolve

Role: TypeAlias = Literal["presenter", "member", "sender", ""]
"""A member of the class looks and fires a little; a sender is a program that posts spans; "" is nobody."""
Roles: TypeAlias = frozenset[Role]

EVERYBODY: Roles = frozenset({"presenter", "member", "sender", ""})
CLASS: Roles = frozenset({"presenter", "member"})
PRESENTER: Roles = frozenset({"presenter"})
SENDERS: Roles = frozenset({"presenter", "sender"})
NOBODY: Roles = frozenset()

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""They change nothing (RFC 9110, 9.2.1)."""
JOIN_PATH = "/join"
"""Answered in front of all URLs: it is where a key becomes a role."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may look at a URL, with a safe method, and who may act there, with any other."""

    look: Roles = CLASS
    act: Roles = NOBODY
    own: bool = False
    """A member acts only on what is theirs; the view knows whose it is and asks `Access.require_owner`."""

    def allows(self, role: Role, method: str) -> bool:
        """Return whether a role may send this method. Whoever may look hears from the view where nobody can act."""
        return role in (self.look if method in SAFE_METHODS or not self.act else self.act)


LOOKED_AT = Rule()
PRESENTED = Rule(act=PRESENTER)

PAGES: Mapping[str, Rule] = MappingProxyType(
    {
        "stage": LOOKED_AT,
        "healthz": Rule(look=EVERYBODY),
        "own-services": Rule(look=PRESENTER, act=PRESENTER),
        "fleet": LOOKED_AT,
        "fleet-captions": LOOKED_AT,
        "fleet-command": PRESENTED,
        # A member's order is small, and starts no server: `runs.orders.CLASS_MEMBER`.
        "runs": Rule(act=CLASS),
        "run": LOOKED_AT,
        "run-stop": Rule(act=CLASS, own=True),
        "lessons": LOOKED_AT,
        "lesson": LOOKED_AT,
        "lesson-file": LOOKED_AT,
        "lesson-handout": LOOKED_AT,
        "lesson-guess": LOOKED_AT,
        "lesson-explain": LOOKED_AT,
        "lesson-headline": LOOKED_AT,
        "review": LOOKED_AT,
        "review-questions": LOOKED_AT,
        "learnt": LOOKED_AT,
        "learnt-lessons": LOOKED_AT,
        "attempts": PRESENTED,
        "attempt": LOOKED_AT,
        "attempt-film": LOOKED_AT,
        "attempt-stop": PRESENTED,
        "lecture": PRESENTED,
        # What the class is not to know before it has guessed.
        "speaker": Rule(look=PRESENTER),
        "speaker-notes": Rule(look=PRESENTER),
        "compare": LOOKED_AT,
        "compare-measure": PRESENTED,
        "compare-chart": PRESENTED,
        "compare-progress": LOOKED_AT,
        "compare-cancel": PRESENTED,
        "race": PRESENTED,
        "race-progress": LOOKED_AT,
        "race-bet": Rule(act=CLASS),
        "race-stop": PRESENTED,
        "race-detail": LOOKED_AT,
        "recordings": PRESENTED,
        "recordings-clear": PRESENTED,
        "recordings-restore": PRESENTED,
        "recording-import": PRESENTED,
        "recordings-compare": LOOKED_AT,
        "recordings-compare-film": LOOKED_AT,
        "recording": LOOKED_AT,
        "recording-film": LOOKED_AT,
        "recording-otlp": LOOKED_AT,
        "recording-perfetto": LOOKED_AT,
        "recording-html": LOOKED_AT,
        "recording-handout": LOOKED_AT,
        "recording-keep": PRESENTED,
        "recording-name": PRESENTED,
        "recording-delete": PRESENTED,
        "recording-restore": PRESENTED,
        "trace": LOOKED_AT,
        "trace-otlp.json": LOOKED_AT,
        "trace-otlp.pb": LOOKED_AT,
        "traces-otlp.json": LOOKED_AT,
        "traces-otlp.pb": LOOKED_AT,
        "words": LOOKED_AT,
        "choose": LOOKED_AT,
    }
)
"""By the names of the URLs."""

SOCKETS: Mapping[str, Roles] = MappingProxyType({"live": CLASS})
"""By path. What travels over them changes nothing."""

RECEIVERS: Mapping[str, Roles] = MappingProxyType(dict.fromkeys(("v1/traces", "v1/logs", "v1/metrics"), SENDERS))
"""By path. Programs on this machine need no key to send: see `sending`."""


def rule_at(path: str) -> Rule:
    """Return the rule of a path. Where nothing is, the class hears so; what the table forgot is the presenter's."""
    try:
        name = resolve(path).url_name
    except Resolver404:
        return PRESENTED
    return PAGES.get(name or "", Rule(look=PRESENTER, act=PRESENTER))
