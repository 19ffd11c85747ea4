"""An OTLP receiver for tests that can also behave badly: hang, be slow, refuse a message, go away."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from probes import attributes
from tests.probes.traces import SeenSpan, Trace, newest, read_attributes, read_span

HANG_S = 30.0


@dataclass
class Behaviour:
    """How the receiver treats messages; changed by tests while it runs."""

    answer_after_s: float = 0.0
    hanging: bool = False
    status: int = 200
    rejected: int = 0
    warning: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Receiver:
    """What arrived, in order; tests tell it how to behave."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}/v1/traces"
        self.port = port
        self.behaviour = Behaviour()
        self.messages: list[ExportTraceServiceRequest] = []
        self.headers: list[Message] = []
        self.spans: list[SeenSpan] = []
        self.resources: list[dict[str, Any]] = []
        self.texts: dict[str, str] = {}
        """Source texts by their key: each is sent once, and belongs to every span that names it."""
        self.stopping = threading.Event()

    def take(self, body: bytes) -> None:
        message = ExportTraceServiceRequest.FromString(body)
        now = time.time_ns()
        self.messages.append(message)
        for group in message.resource_spans:
            self.resources.append(read_attributes(group.resource.attributes))
            for scope in group.scope_spans:
                self.spans += [read_span(span, now) for span in scope.spans]

    def ended(self, stage: str | None = None) -> list[SeenSpan]:
        """The final spans, each once."""
        final = {span.span_id: span for span in list(self.spans) if span.end_ns}
        return [span for span in final.values() if stage in {None, span.stage}]

    def open(self, stage: str | None = None) -> list[SeenSpan]:
        return [span for span in list(self.spans) if not span.end_ns and stage in {None, span.stage}]

    def one(self, stage: str) -> SeenSpan:
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

    def traces(self, enough: Callable[[list[Trace]], object]) -> list[Trace]:
        """Wait until the complete traces are `enough`, and return them."""
        self.until(lambda: enough(self._complete_traces()))
        return self._complete_traces()

    def forget(self) -> None:
        """Begin anew, but for the source texts: they are not sent again."""
        self._learn_texts()
        self.spans.clear()

    def counter(self, name: str) -> int:
        """The newest value of one of the process counters, summed over processes."""
        latest = {resource["process.pid"]: resource[f"gatescope.{name}"] for resource in list(self.resources)}
        return sum(latest.values())

    def _learn_texts(self) -> None:
        for span in list(self.spans):
            if attributes.CODE in span.attributes:
                self.texts[span[attributes.CODE_ID]] = span[attributes.CODE]

    def _with_text(self, span: SeenSpan) -> SeenSpan:
        text = self.texts.get(span.attributes.get(attributes.CODE_ID, ""))
        return span if text is None else replace(span, attributes={**span.attributes, attributes.CODE: text})

    def _complete_traces(self) -> list[Trace]:
        self._learn_texts()
        by_id: dict[str, Trace] = {}
        for span in newest(list(self.spans)).values():
            by_id.setdefault(span.trace_id, Trace()).spans.append(self._with_text(span))
        return [trace for trace in by_id.values() if trace.is_complete]


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
        partial = ExportTracePartialSuccess(rejected_spans=behaviour.rejected, error_message=behaviour.warning)
        is_whole = not (behaviour.rejected or behaviour.warning)
        answer = ExportTraceServiceResponse(partial_success=None if is_whole else partial)
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
