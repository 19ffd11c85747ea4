"""An OTLP receiver for tests that can also behave badly: hang, be slow, refuse a message, go away."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

HANG_S = 30.0


@dataclass(frozen=True)
class Arrived:
    """A span as one message carried it."""

    name: str
    stage: str
    trace_id: str
    span_id: str
    parent_id: str
    start_ns: int
    end_ns: int
    attributes: dict[str, Any]
    failed: bool
    events: list[dict[str, Any]]
    at_ns: int
    """When the message arrived, unix ns."""


@dataclass
class Behaviour:
    """How the receiver treats messages; changed by tests while it runs."""

    answer_after_s: float = 0.0
    hanging: bool = False
    status: int = 200
    rejected: int = 0
    headers: dict[str, str] = field(default_factory=dict)


class Receiver:
    """What arrived, in order."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}/v1/traces"
        self.port = port
        self.behaviour = Behaviour()
        self.messages: list[ExportTraceServiceRequest] = []
        self.headers: list[Message] = []
        self.spans: list[Arrived] = []
        self.resources: list[dict[str, Any]] = []
        self.stopping = threading.Event()

    def take(self, body: bytes) -> None:
        message = ExportTraceServiceRequest.FromString(body)
        now = time.time_ns()
        self.messages.append(message)
        for group in message.resource_spans:
            self.resources.append(_attributes(group.resource.attributes))
            for scope in group.scope_spans:
                self.spans += [_arrived(span, now) for span in scope.spans]

    def ended(self, stage: str | None = None) -> list[Arrived]:
        """The final spans, each once."""
        final = {span.span_id: span for span in list(self.spans) if span.end_ns}
        return [span for span in final.values() if stage in {None, span.stage}]

    def open(self, stage: str | None = None) -> list[Arrived]:
        return [span for span in list(self.spans) if not span.end_ns and stage in {None, span.stage}]

    def one(self, stage: str) -> Arrived:
        """Wait for the only final span of a stage."""
        self.until(lambda: self.ended(stage))
        (span,) = self.ended(stage)
        return span

    def until(self, condition: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait for a condition on what arrived."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s; arrived: {[s.name for s in self.spans][-20:]}")
            time.sleep(0.005)

    def counter(self, name: str) -> int:
        """The newest value of one of the process counters, summed over processes."""
        newest = {resource["process.pid"]: resource[f"gatescope.{name}"] for resource in list(self.resources)}
        return sum(newest.values())


class Handler(BaseHTTPRequestHandler):
    """Treats messages as the receiver's behaviour says."""

    protocol_version = "HTTP/1.1"
    server: Listener

    def do_POST(self) -> None:
        receiver = self.server.receiver
        behaviour = receiver.behaviour
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if behaviour.hanging:
            receiver.stopping.wait(HANG_S)
            self.close_connection = True
            return
        receiver.headers.append(self.headers)
        receiver.stopping.wait(behaviour.answer_after_s)
        if behaviour.status == 200:
            receiver.take(body)
        self._answer(behaviour)

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # the sender may give up
            super().handle()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _answer(self, behaviour: Behaviour) -> None:
        partial = ExportTracePartialSuccess(rejected_spans=behaviour.rejected)
        answer = ExportTraceServiceResponse(partial_success=partial if behaviour.rejected else None)
        body = answer.SerializeToString()
        self.send_response(behaviour.status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in behaviour.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Listener(ThreadingHTTPServer):
    """Listens, and remembers its connections so that it can go away like a killed process."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.receiver = Receiver(self.server_address[1])
        self.connections: list[Any] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.append(request)
        super().process_request(request, client_address)

    def hang_up(self) -> None:
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """Run a receiver, by default on a free port."""
    with Listener(port) as listener:
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield listener.receiver
        finally:
            listener.receiver.stopping.set()
            listener.shutdown()
            thread.join()
            listener.hang_up()


def _arrived(span: Span, now_ns: int) -> Arrived:
    described = _attributes(span.attributes)
    return Arrived(
        name=span.name,
        stage=described.get("gatescope.stage", ""),
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        attributes=described,
        failed=span.status.code == 2,
        events=[{"name": event.name, **_attributes(event.attributes)} for event in span.events],
        at_ns=now_ns,
    )


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(item) for item in value.array_value.values]
    return None if kind is None else getattr(value, kind)
