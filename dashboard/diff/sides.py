"""The two sides of a comparison, taken out of recordings' films.

A side is written `RECORDING` or `RECORDING:SERVER`. Without a server it is the recording's first; when both sides
name the same recording, the second is another server of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.diff.alignment import align
from dashboard.diff.diff import Side
from dashboard.recordings.film import FilmJson, ServerFacts, ServerFactsJson, session_of
from dashboard.traces.span import Span, SpanJson, by_trace


class SideError(ValueError):
    """A side that cannot be taken; the message says what was expected, what came and what to do."""


@dataclass(frozen=True, slots=True)
class SideRef:
    """What a side is asked for by: a recording's id, and a server of it or "" for whichever is first."""

    recording: str
    server: str = ""

    @classmethod
    def parse(cls, text: str) -> "SideRef":
        """Read `RECORDING` or `RECORDING:SERVER`. Raise SideError for an empty text."""
        recording, _, server = text.partition(":")
        if not recording:
            raise SideError("A comparison has two sides: give `a` and `b`, each as RECORDING or RECORDING:SERVER.")
        return cls(recording, server)

    def __str__(self) -> str:
        return f"{self.recording}:{self.server}" if self.server else self.recording


@dataclass(frozen=True, slots=True)
class ChosenSide:
    """One side with everything that the stage shows of it."""

    ref: SideRef
    title: str
    side: Side
    facts: ServerFacts
    backlog: Sequence[tuple[int, int]]


def take_side(ref: SideRef, title: str, film: FilmJson, besides: str = "") -> ChosenSide:
    """Take a side out of a film; without a named server the first that is not `besides`.

    Raise SideError when the film has no such server.
    """
    servers = film["servers"]
    names = [server["name"] for server in servers]
    name = ref.server or next((name for name in names if name != besides), "")
    if name not in names:
        wanted = ref.server or "second server"
        raise SideError(
            f"{title} has no {wanted}: it has {', '.join(names) or 'no server'}. Choose another recording."
        )
    facts = ServerFacts(**servers[names.index(name)])
    return ChosenSide(
        ref=SideRef(ref.recording, name),
        title=title,
        side=Side(facts.title, name, _requests(film["spans"], name)),
        facts=facts,
        backlog=film["backlog"].get(name, ()),
    )


def label_sides(a: ChosenSide, b: ChosenSide) -> tuple[ChosenSide, ChosenSide]:
    """Give both the shortest labels that tell them apart."""
    for name in (_short_name, _full_name, _name_with_title):
        if name(a) != name(b):
            return _label(a, name(a)), _label(b, name(b))
    return _label(a, f"{_short_name(a)} (A)"), _label(b, f"{_short_name(b)} (B)")


def merge_sides(a: ChosenSide, b: ChosenSide) -> FilmJson:
    """Merge both sides into one film, on the clock of `a`; the servers are called "a" and "b".

    Raise SideError when they are the same requests.
    """
    try:
        spans = align(a.side, b.side)
    except ValueError as error:
        raise SideError(f"{error}.") from error
    shift_ns = a.side.start_ns - b.side.start_ns
    return {
        "spans": [span.as_json() for span in spans],
        "run": None,
        "servers": [_describe("a", a), _describe("b", b)],
        "backlog": {"a": a.backlog, "b": [(at_ns + shift_ns, length) for at_ns, length in b.backlog]},
    }


def _label(one: ChosenSide, label: str) -> ChosenSide:
    return replace(one, side=replace(one.side, label=label))


def _short_name(one: ChosenSide) -> str:
    return one.facts.title.partition(",")[0]


def _full_name(one: ChosenSide) -> str:
    return one.facts.title


def _name_with_title(one: ChosenSide) -> str:
    return f"{_short_name(one)} with {one.title}"


def _describe(name: str, one: ChosenSide) -> ServerFactsJson:
    return {
        "name": name,
        "title": f"{_short_name(one)}, {one.title}",
        "interface": one.facts.interface,
        "why": one.facts.why,
        "command": one.facts.command,
    }


def _requests(forms: Sequence[SpanJson], server: str) -> list[list[Span]]:
    """Return the traces that were fired at one server, with the messages of their WebSockets, traces themselves."""
    traces = by_trace(Span.from_json(form) for form in forms)
    fired = {trace_id for trace_id, spans in traces.items() if any(_is_fired_at(server, span) for span in spans)}
    messages = {trace_id for trace_id, spans in traces.items() if any(session_of(span) in fired for span in spans)}
    return [spans for trace_id, spans in traces.items() if trace_id in fired | messages]


def _is_fired_at(server: str, span: Span) -> bool:
    return span.stage == "client" and span.server == server
