"""What can be said of a film from its spans alone: its servers, requests, failures, length and words. Pure.

Every string of a span is hostile: what goes into a column is cleaned of what a database refuses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.recordings.film import ServerFacts
from dashboard.traces.attributes import (
    ERROR_TYPE,
    EXCEPTION_MESSAGE,
    FUNCTION,
    INTERFACE,
    PATH,
    ROUTE,
    SCENARIO,
    SESSION,
    STATUS,
)
from dashboard.traces.span import Span

NS = 1e9
LATEST_S = 253_402_300_799.0
"""The last second of the year 9999, beyond which there is no date."""
LONGEST_NAME = 200
SERVER_ERROR = 500
DEFAULT_INTERFACE = "asgi"
TOLD = (PATH, ROUTE, SCENARIO, ERROR_TYPE, EXCEPTION_MESSAGE, FUNCTION)
"""Attributes whose values can be searched for."""


@dataclass(frozen=True, slots=True)
class Request:
    """One trace that is a request: not a message of a WebSocket."""

    trace_id: str
    server: str
    interface: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """The columns of a recording that follow from its spans."""

    requests: tuple[Request, ...]
    messages: tuple[str, ...]
    """Trace ids of WebSocket messages."""
    started_at: datetime
    duration_s: float
    scenario: str
    words: str

    @property
    def failed(self) -> int:
        """How many requests failed, as far as their spans say."""
        return sum(request.failed for request in self.requests)


def summary(spans: Sequence[Span], most_characters: int) -> Summary:
    """Look through the spans once. Raises ValueError when there are none."""
    traces: dict[str, list[Span]] = {}
    for span in spans:
        traces.setdefault(span.trace_id, []).append(span)
    messages = tuple(trace_id for trace_id, trace in traces.items() if _is_message(trace))
    started_ns = min(span.start_ns for span in spans)
    ended_ns = max(max(span.start_ns, span.end_ns or 0) for span in spans)
    return Summary(
        requests=tuple(_request(trace_id, trace) for trace_id, trace in traces.items() if trace_id not in messages),
        messages=messages,
        started_at=datetime.fromtimestamp(min(max(started_ns / NS, 0.0), LATEST_S), UTC),
        duration_s=(ended_ns - started_ns) / NS,
        scenario=_scenario(spans),
        words=_words(spans)[:most_characters],
    )


def servers_of(requests: Sequence[Request], known: Callable[[str], ServerFacts | None]) -> list[ServerFacts]:
    """The facts of every server that was asked, in the order of its first request; of strangers, what spans tell."""
    found: dict[str, ServerFacts] = {}
    for request in requests:
        if request.server not in found:
            found[request.server] = known(request.server) or stranger(request)
    return list(found.values())


def stranger(request: Request) -> ServerFacts:
    """A server that is in no table of ours."""
    return ServerFacts(request.server, clean(request.server) or "a server without a name", request.interface)


def clean(text: str) -> str:
    """Without what PostgreSQL or UTF-8 refuse: NUL, and halves of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _is_message(trace: Sequence[Span]) -> bool:
    return all(span.stage not in {"client", "server"} for span in trace) and any(
        SESSION in span.attributes for span in trace
    )


def _request(trace_id: str, trace: Sequence[Span]) -> Request:
    """As the page reads a trace: the server's own span says where it went, what the client saw whether it failed."""
    entry = min((span for span in trace if span.stage == "server"), key=lambda span: span.start_ns, default=None)
    client = next((span for span in trace if span.stage == "client"), None)
    outermost = client or entry or trace[0]
    return Request(
        trace_id=trace_id,
        server=(entry or outermost).server,
        interface=_interface(entry),
        failed=any(_failed(span) for span in (outermost, entry) if span),
    )


def _interface(entry: Span | None) -> str:
    said = entry.attributes.get(INTERFACE) if entry else None
    return str(said) if said in {"wsgi", "asgi"} else DEFAULT_INTERFACE


def _failed(span: Span) -> bool:
    status = span.attributes.get(STATUS)
    return span.status == "error" or (isinstance(status, int) and status >= SERVER_ERROR)


def _scenario(spans: Sequence[Span]) -> str:
    """What was fired, when it was fired by a runner like ours."""
    return clean(str(next((span.attributes[SCENARIO] for span in spans if SCENARIO in span.attributes), "")))


def _words(spans: Sequence[Span]) -> str:
    """Each different word once, in the order in which they come."""
    words: dict[str, None] = {}
    for span in spans:
        words[span.name] = None
        words |= dict.fromkeys(str(span.attributes[name]) for name in TOLD if name in span.attributes)
        for event in span.events:
            words |= dict.fromkeys(str(event.attributes[name]) for name in TOLD if name in event.attributes)
    return clean("\n".join(words)).lower()
