"""A film as it is kept and sent: the spans of some traces, with all that is needed to play them elsewhere. Pure.

`FilmJson` is its form. Compressed it is gzip, so that it can be sent to a browser as it is stored.
"""

import gzip
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import NotRequired, TypeAlias, TypedDict

from dashboard.traces.attributes import SESSION
from dashboard.traces.source import SourceJson, read_sources, sources_of
from dashboard.traces.span import Span, SpanJson
from dashboard.types import JsonObject

COMPRESSION = 6

BacklogSteps: TypeAlias = Mapping[str, Sequence[tuple[int, int]]]
"""Per server, when the length of its accept queue changed and to what: (unix ns, connections)."""


class ServerFactsJson(TypedDict):
    """The JSON of `ServerFacts`."""

    name: str
    title: str
    interface: str
    why: NotRequired[str]
    command: NotRequired[str]


class FilmJson(TypedDict):
    """A film as JSON."""

    spans: list[SpanJson]
    run: JsonObject | None
    """The run's result as of GET /runs/ID. Of an imported film it is whatever came with it."""
    servers: list[ServerFactsJson]
    backlog: BacklogSteps
    sources: NotRequired[dict[str, SourceJson]]
    """Where its spans come from, by the key that they name; absent from films that were kept before it was."""


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What is shown of a server beside its row; kept with the film, since the fleet may change."""

    name: str
    title: str
    interface: str
    """"wsgi" or "asgi": which of the two pictures its requests are drawn in."""
    why: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Film:
    """What is recorded, before it is packed."""

    spans: Sequence[Span]
    servers: Sequence[ServerFacts] = ()
    run: JsonObject | None = None
    backlog: BacklogSteps = field(default_factory=dict)

    def pack(self) -> bytes:
        """Return the film as compressed JSON. Takes about 20 µs a span: not on an event loop."""
        spans = ",".join(span.encode() for span in self.spans)
        rest: dict[str, object] = {
            "run": self.run,
            "servers": [asdict(server) for server in self.servers],
            "backlog": self.backlog,
        }
        if sources := sources_of(self.spans):
            rest["sources"] = sources
        text = f'{{"spans":[{spans}],{json.dumps(rest, separators=(",", ":"), allow_nan=False)[1:]}'
        return gzip.compress(text.encode("ascii"), COMPRESSION, mtime=0)


def unpack(packed: bytes) -> FilmJson:
    """Return the JSON of a packed film."""
    film: FilmJson = json.loads(gzip.decompress(packed))
    return film


def unpack_spans(packed: bytes) -> list[Span]:
    """Return the spans of a packed film, as they were recorded."""
    return film_spans(unpack(packed))


def film_spans(film: FilmJson) -> list[Span]:
    """Return the spans of a film, as they were recorded."""
    sources = read_sources(film.get("sources", {}))
    return [Span.from_json(form, sources) for form in film["spans"]]


def join_films(films: Sequence[FilmJson]) -> FilmJson:
    """Return several films as one, each request in the run and at the time that it had."""
    servers = {server["name"]: server for film in films for server in film["servers"]}
    backlog: dict[str, Sequence[tuple[int, int]]] = {}
    for film in films:
        for server, steps in film["backlog"].items():
            backlog[server] = [*backlog.get(server, ()), *steps]
    return {
        "spans": [span for film in films for span in film["spans"]],
        "run": None,
        "servers": list(servers.values()),
        "backlog": backlog,
        "sources": {key: source for film in films for key, source in film.get("sources", {}).items()},
    }


def gather_spans(
    trace_ids: Collection[str], trace: Callable[[str], Sequence[Span]], everything: Callable[[], Iterable[Span]]
) -> list[Span]:
    """Return the spans of these traces, and of the WebSocket messages that belong to their sessions.

    `trace` returns one trace's spans; `everything` is only called when there is a session, since it costs more.
    """
    found = [span for trace_id in trace_ids for span in trace(trace_id)]
    sessions = {span.trace_id for span in found if span.stage == "session"}
    messages = (span for span in everything() if session_of(span) in sessions) if sessions else ()
    return found + [span for span in messages if span.trace_id not in trace_ids]


def session_of(span: Span) -> str:
    """Return the trace id of the session that a WebSocket message belongs to; "" for any other span."""
    return str(span.attributes.get(SESSION, "")).partition("/")[0]


def is_message(trace: Sequence[Span]) -> bool:
    """Return whether a trace is a message of a WebSocket, and not a request."""
    return all(span.stage not in {"client", "server"} for span in trace) and any(
        span.stage == "message" or SESSION in span.attributes for span in trace
    )
