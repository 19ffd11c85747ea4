"""A film as it is kept and sent: the spans of some traces, with all that is needed to play them elsewhere. Pure.

    {"spans": [...], "run": {...} or null, "servers": [{"name", "title", "interface", "why", "command"}],
     "backlog": {SERVER: [[unix ns, connections], ...]}}

Spans have the contract's form. Compressed it is gzip, so that it can be sent to a browser as it lies there.
"""

import gzip
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from dashboard.traces.attributes import SESSION
from dashboard.traces.span import Span

"""On a WebSocket message, which is a trace of its own: "trace id/span id" of its session."""
COMPRESSION = 6

Steps = Mapping[str, Sequence[tuple[int, int]]]
"""Per server, when its accept queue became how long: (unix ns, connections)."""


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What is said of a server beside its row; kept with the film, since the fleet may be another one later."""

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
    run: Mapping[str, Any] | None = None
    backlog: Steps = field(default_factory=dict)

    def packed(self) -> bytes:
        """The film as compressed JSON. Takes about 20 µs a span: not on an event loop."""
        spans = ",".join(span.encode() for span in self.spans)
        rest = {"run": self.run, "servers": [asdict(server) for server in self.servers], "backlog": self.backlog}
        text = f'{{"spans":[{spans}],{_compact(rest)[1:]}'
        return gzip.compress(text.encode("ascii"), COMPRESSION, mtime=0)


def unpacked(packed: bytes) -> dict[str, Any]:
    """The JSON form of a packed film."""
    film: dict[str, Any] = json.loads(gzip.decompress(packed))
    return film


def spans_of(packed: bytes) -> list[Span]:
    """The spans of a packed film, as they were recorded."""
    return [Span.from_json(form) for form in unpacked(packed)["spans"]]


def gathered(
    trace_ids: Collection[str], trace: Callable[[str], Sequence[Span]], everything: Callable[[], Iterable[Span]]
) -> list[Span]:
    """The spans of these traces, and of the WebSocket messages that belong to their sessions.

    `trace` gives one trace's spans; `everything` is asked only when there is a session, since it costs more.
    """
    found = [span for trace_id in trace_ids for span in trace(trace_id)]
    sessions = {span.trace_id for span in found if span.stage == "session"}
    messages = (span for span in everything() if session_of(span) in sessions) if sessions else ()
    return found + [span for span in messages if span.trace_id not in trace_ids]


def session_of(span: Span) -> str:
    """The trace of the session that a WebSocket message belongs to; "" of every other span."""
    return str(span.attributes.get(SESSION, "")).partition("/")[0]


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
