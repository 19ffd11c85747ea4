"""An OTLP receiver for tests: takes what a server's instrument posts and keeps the newest state of each span."""

from __future__ import annotations

import gzip
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opentelemetry.proto.common.v1.common_pb2 import AnyValue
    from opentelemetry.proto.trace.v1 import trace_pb2

ARRIVES_WITHIN_S = 8.0


@dataclass(frozen=True)
class Seen:
    """A span as it arrived."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    start_ns: int
    end_ns: int
    attributes: dict[str, Any]
    failed: bool
    events: list[dict[str, Any]]

    def __getitem__(self, key: str) -> Any:
        return self.attributes[key]

    @property
    def stage(self) -> str:
        """The stage, as DESIGN §3 names it."""
        stage: str = self.attributes.get("gatescope.stage", "")
        return stage

    @property
    def duration_ns(self) -> int:
        """Nanoseconds from start to end."""
        return self.end_ns - self.start_ns


@dataclass
class Trace:
    """The ended spans of one request."""

    spans: list[Seen] = field(default_factory=list)

    def all(self, stage: str) -> list[Seen]:
        """Return the spans of a stage in the order of their start."""
        return sorted((span for span in self.spans if span.stage == stage), key=lambda span: span.start_ns)

    def one(self, stage: str) -> Seen:
        """Return the only span of a stage."""
        (span,) = self.all(stage)
        return span

    def parent(self, span: Seen) -> Seen:
        """Return the span around `span`."""
        (parent,) = (other for other in self.spans if other.span_id == span.parent_id)
        return parent

    def children(self, span: Seen) -> list[Seen]:
        """Return the spans right inside `span`, in the order of their start."""
        inside = (other for other in self.spans if other.parent_id == span.span_id)
        return sorted(inside, key=lambda child: child.start_ns)

    def ancestors(self, span: Seen) -> list[str]:
        """Return the stages around `span`, innermost first."""
        around = []
        while span.parent_id and any(other.span_id == span.parent_id for other in self.spans):
            span = self.parent(span)
            around.append(span.stage)
        return around


class Receiver:
    """Listens on a free port until it is closed."""

    def __init__(self) -> None:
        self._spans: dict[str, Seen] = {}
        self.arrivals: list[tuple[int, Seen]] = []
        """Every span in every message with the unix time in ns of its arrival."""
        self._news = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/traces"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, body: bytes) -> None:
        """Keep the spans of one message; an ended span is never replaced by an open one."""
        arrived_ns = time.time_ns()
        with self._news:
            for span in map(seen, spans_of(ExportTraceServiceRequest.FromString(body))):
                self.arrivals.append((arrived_ns, span))
                if span.end_ns or not getattr(self._spans.get(span.span_id), "end_ns", 0):
                    self._spans[span.span_id] = span
            self._news.notify_all()

    def traces(self, complete: Callable[[list[Trace]], bool]) -> list[Trace]:
        """Wait until what arrived is `complete`, and return it; a trace is counted when all its spans have ended."""
        found: list[Trace] = []

        def enough() -> bool:
            found[:] = self._ended_traces()
            return complete(found)

        with self._news:
            assert self._news.wait_for(enough, ARRIVES_WITHIN_S), [
                (span.stage, span.name, bool(span.end_ns)) for span in self._spans.values()
            ]
        return found

    def _ended_traces(self) -> list[Trace]:
        by_id: dict[str, Trace] = {}
        for span in self._spans.values():
            by_id.setdefault(span.trace_id, Trace()).spans.append(span)
        return [
            trace
            for trace in by_id.values()
            if all(span.end_ns for span in trace.spans)
            and any(
                span.stage == "server" and span.attributes.get("gatescope.spans", 0) <= len(trace.spans)
                for span in trace.spans
            )
        ]

    def forget(self) -> None:
        """Begin anew."""
        with self._news:
            self._spans.clear()
            self.arrivals.clear()


def spans_of(message: ExportTraceServiceRequest) -> Iterator[trace_pb2.Span]:
    """Yield every span of a message."""
    for of_resource in message.resource_spans:
        for of_scope in of_resource.scope_spans:
            yield from of_scope.spans


def seen(span: trace_pb2.Span) -> Seen:
    """Return the span as a plain value."""
    return Seen(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        name=span.name,
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        attributes={item.key: plain(item.value) for item in span.attributes},
        failed=span.status.code == 2,
        events=[{item.key: plain(item.value) for item in event.attributes} for event in span.events],
    )


def plain(value: AnyValue) -> Any:
    """Return a Python value."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [plain(item) for item in value.array_value.values]
    return getattr(value, kind) if kind else None
