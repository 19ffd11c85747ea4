"""What can be said of a film from its spans alone: its servers, requests, failures, length and words. Pure.

Every string of a span is untrusted: what goes into a column is cleaned of what a database refuses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.recordings.film import ServerFacts, is_message
from dashboard.traces.attributes import (
    ERROR_TYPE,
    EXCEPTION_MESSAGE,
    FUNCTION,
    INTERFACE,
    ROUTE,
    SCENARIO,
    STATUS,
    URL_PATH,
)
from dashboard.traces.span import Span, by_trace

NS = 1e9
LATEST_S = 253_402_300_799.0
"""The last second of the year 9999, the latest that a `datetime` can hold."""
SERVER_ERROR = 500
MOST_SERVERS = 100
"""Servers that a recording lists; its spans may name more, which are strangers' words."""
INTERFACES = ("wsgi", "asgi")
DEFAULT_INTERFACE = "asgi"
SEARCHABLE = (URL_PATH, ROUTE, SCENARIO, ERROR_TYPE, EXCEPTION_MESSAGE, FUNCTION)
"""Attributes whose values can be searched for."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One trace that is a request: not a message of a WebSocket."""

    trace_id: str
    server: str
    interface: str
    failed: bool


@dataclass(frozen=True, slots=True)
class FilmSummary:
    """The columns of a recording that follow from its spans."""

    requests: tuple[RecordedRequest, ...]
    messages: tuple[str, ...]
    """Trace ids of WebSocket messages."""
    started_at: datetime
    duration_s: float
    scenario: str
    words: str

    @property
    def failed(self) -> int:
        """How many requests failed, according to their spans."""
        return sum(request.failed for request in self.requests)


def summarize(spans: Sequence[Span], most_characters: int) -> FilmSummary:
    """Summarize the spans. Raise ValueError when there are none."""
    traces = by_trace(spans)
    messages = tuple(trace_id for trace_id, trace in traces.items() if is_message(trace))
    started_ns = min(span.start_ns for span in spans)
    ended_ns = max(max(span.start_ns, span.end_ns or 0) for span in spans)
    return FilmSummary(
        requests=tuple(_request(trace_id, trace) for trace_id, trace in traces.items() if trace_id not in messages),
        messages=messages,
        started_at=datetime.fromtimestamp(min(max(started_ns / NS, 0.0), LATEST_S), UTC),
        duration_s=(ended_ns - started_ns) / NS,
        scenario=_scenario(spans),
        words=_words(spans)[:most_characters],
    )


def describe_servers(
    requests: Sequence[RecordedRequest], look_up: Callable[[str], ServerFacts | None]
) -> list[ServerFacts]:
    """Return the facts of the first servers in the order of their requests; of unknown ones, what the spans tell."""
    found: dict[str, ServerFacts] = {}
    for request in requests:
        if request.server not in found and len(found) < MOST_SERVERS:
            found[request.server] = look_up(request.server) or _unknown_server(request)
    return list(found.values())


def clean(text: str) -> str:
    """Remove what PostgreSQL or UTF-8 refuse: NUL, and halves of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _unknown_server(request: RecordedRequest) -> ServerFacts:
    return ServerFacts(request.server, clean(request.server) or "an unnamed server", request.interface)


def _request(trace_id: str, trace: Sequence[Span]) -> RecordedRequest:
    """Read a trace as the page does: the server's span says where it went, the client's whether it failed."""
    entry = min((span for span in trace if span.stage == "server"), key=lambda span: span.start_ns, default=None)
    client = next((span for span in trace if span.stage == "client"), None)
    outermost = client or entry or trace[0]
    return RecordedRequest(
        trace_id=trace_id,
        server=(entry or outermost).server,
        interface=_interface(entry),
        failed=any(_has_failed(span) for span in (outermost, entry) if span),
    )


def _interface(entry: Span | None) -> str:
    interface = entry.attributes.get(INTERFACE) if entry else None
    # The value is the sender's: a list has no hash, and would be an error to look up in a set.
    return interface if isinstance(interface, str) and interface in INTERFACES else DEFAULT_INTERFACE


def _has_failed(span: Span) -> bool:
    status = span.attributes.get(STATUS)
    return span.status == "error" or (isinstance(status, int) and status >= SERVER_ERROR)


def _scenario(spans: Sequence[Span]) -> str:
    """Return what was fired, if it was fired by a runner like ours."""
    return clean(str(next((span.attributes[SCENARIO] for span in spans if SCENARIO in span.attributes), "")))


def _words(spans: Sequence[Span]) -> str:
    """Return each different searchable text once, in order of appearance."""
    words: dict[str, None] = {}
    for span in spans:
        words[span.name] = None
        words |= dict.fromkeys(str(span.attributes[name]) for name in SEARCHABLE if name in span.attributes)
        for event in span.events:
            words |= dict.fromkeys(str(event.attributes[name]) for name in SEARCHABLE if name in event.attributes)
    return clean("\n".join(words)).lower()
