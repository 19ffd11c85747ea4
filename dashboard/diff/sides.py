"""The two sides that a comparison asks for, taken out of recordings' films.

A side is written `RECORDING` or `RECORDING:SERVER`. Without a server it is the recording's first; when both sides
name the same recording, the second is another server of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboard.diff.alignment import one_clock
from dashboard.diff.diff import Side
from dashboard.recordings.film import ServerFacts, session_of
from dashboard.traces.span import Span, SpanJson


class SideError(ValueError):
    """A side that cannot be taken; the message says what was expected, what came and what to do."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for: a recording's id, and a server of it or "" for whichever is first."""

    recording: str
    server: str = ""

    @classmethod
    def parsed(cls, text: str) -> "Choice":
        """From `RECORDING` or `RECORDING:SERVER`. Raises SideError for an empty text."""
        recording, _, server = text.partition(":")
        if not recording:
            raise SideError("A comparison has two sides: give `a` and `b`, each as RECORDING or RECORDING:SERVER.")
        return cls(recording, server)

    @property
    def written(self) -> str:
        """As it is asked for."""
        return f"{self.recording}:{self.server}" if self.server else self.recording


@dataclass(frozen=True, slots=True)
class Chosen:
    """One side with all that the stage says of it."""

    choice: Choice
    title: str
    side: Side
    facts: ServerFacts
    backlog: Sequence[Sequence[int]]


def chosen(choice: Choice, title: str, film: Mapping[str, Any], besides: str = "") -> Chosen:
    """Take a side out of a film in its JSON form; without a named server the first that is not `besides`.

    Raises SideError when the film has no such server.
    """
    servers = film.get("servers", [])
    names = [server["name"] for server in servers]
    name = choice.server or next((name for name in names if name != besides), "")
    if name not in names:
        wanted = choice.server or "second server"
        raise SideError(
            f"{title} has no {wanted}: it has {', '.join(names) or 'no server'}. Choose another recording."
        )
    facts = ServerFacts(**servers[names.index(name)])
    return Chosen(
        choice=Choice(choice.recording, name),
        title=title,
        side=Side(facts.title, name, _requests(film["spans"], name)),
        facts=facts,
        backlog=film.get("backlog", {}).get(name, ()),
    )


def labelled(a: Chosen, b: Chosen) -> tuple[Chosen, Chosen]:
    """Both with the shortest names that tell them apart."""
    for name in (_short, _whole, _with_title):
        if name(a) != name(b):
            return _called(a, name(a)), _called(b, name(b))
    return _called(a, f"{_short(a)} (A)"), _called(b, f"{_short(b)} (B)")


def together(a: Chosen, b: Chosen) -> dict[str, Any]:
    """Both sides as one film in its JSON form, on the clock of `a`; the servers are called "a" and "b".

    Raises SideError when they are the same requests.
    """
    try:
        spans = one_clock(a.side, b.side)
    except ValueError as error:
        raise SideError(f"{error}.") from error
    moved_ns = a.side.start_ns - b.side.start_ns
    return {
        "spans": [span.as_json() for span in spans],
        "run": None,
        "servers": [_row("a", a), _row("b", b)],
        "backlog": {"a": a.backlog, "b": [[at + moved_ns, length] for at, length in b.backlog]},
    }


def _called(one: Chosen, label: str) -> Chosen:
    return replace(one, side=replace(one.side, label=label))


def _short(one: Chosen) -> str:
    return one.facts.title.partition(",")[0]


def _whole(one: Chosen) -> str:
    return one.facts.title


def _with_title(one: Chosen) -> str:
    return f"{_short(one)} with {one.title}"


def _row(name: str, one: Chosen) -> dict[str, str]:
    return {
        "name": name,
        "title": f"{_short(one)}, {one.title}",
        "interface": one.facts.interface,
        "why": one.facts.why,
        "command": one.facts.command,
    }


def _requests(forms: Sequence[SpanJson], server: str) -> list[list[Span]]:
    """The traces that were fired at one server, and the messages of their WebSockets, each a trace of its own."""
    traces: dict[str, list[Span]] = {}
    for form in forms:
        traces.setdefault(form["trace_id"], []).append(Span.from_json(form))
    shots = {trace_id for trace_id, spans in traces.items() if any(_is_shot(span, server) for span in spans)}
    messages = {trace_id for trace_id, spans in traces.items() if any(session_of(span) in shots for span in spans)}
    return [spans for trace_id, spans in traces.items() if trace_id in shots | messages]


def _is_shot(span: Span, server: str) -> bool:
    return span.stage == "client" and span.server == server
