"""Finished spans reach another backend as they came, and a backend that is slow or away costs nothing but spans."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.otlp_json import read_json
from dashboard.ingest.protobuf import read_protobuf
from dashboard.interchange.forwarding import Forwarder, ForwardingLimits, forwards_to_itself
from dashboard.traces.span import Span
from tests.ingest.requests import proto_request
from tests.support.spans import make_open, make_span

QUICK = ForwardingLimits(waiting=100, batch=40, gather_s=0.01, retry_s=0.05, longest_retry_s=0.1)


class Backend:
    """What a backend got, and the statuses with which it answers, the last one for good."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.paths: list[str] = []
        self.bodies: list[bytes] = []
        self.statuses = [200]

    def spans(self) -> list[Span]:
        """The spans that it took."""
        return [span for body in self.bodies for span in read_json(body, IngestLimits(), 1).spans]


@contextmanager
def listening() -> Iterator[Backend]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = made.statuses.pop(0) if len(made.statuses) > 1 else made.statuses[0]
            made.paths.append(self.path)
            if status == 200:
                made.bodies.append(body)
            self.send_response(status)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Backend(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def backend() -> Iterator[Backend]:
    with listening() as one:
        yield one


class Told:
    """A forwarder, and what it tells the page."""

    def __init__(self, url: str) -> None:
        self.sentences: list[str] = []
        self.forwarder = Forwarder(url, self.sentences.append, QUICK)


@pytest.fixture
async def told(backend: Backend) -> AsyncIterator[Told]:
    one = Told(backend.url)
    yield one
    await one.forwarder.stop()


async def until(is_true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not is_true():
            await asyncio.sleep(0.01)


async def test_what_has_ended_is_passed_on_as_it_came(backend: Backend, told: Told) -> None:
    request = proto_request(2, trace_state="a=b", flags=1, dropped_events_count=3)
    span = request.resource_spans[0].scope_spans[0].spans[0]
    span.links.add(trace_id=b"l" * 16, span_id=b"l" * 8, trace_state="c=d", flags=1)
    span.events.add(name="charged", time_unix_nano=7, dropped_attributes_count=2)
    request.resource_spans[0].schema_url = "https://opentelemetry.io/schemas/1.30.0"
    request.resource_spans[0].scope_spans[0].scope.name = "checkout"
    sent = read_protobuf(request.SerializeToString(), IngestLimits(), 1).spans
    told.forwarder.offer(sent)
    await until(lambda: told.forwarder.forwarded == 2)
    assert backend.spans() == sent
    assert backend.paths == ["/v1/traces"]
    assert list(json.loads(backend.bodies[0])) == ["resourceSpans"]


async def test_nothing_of_ours_is_added_to_our_own_spans(backend: Backend, told: Told) -> None:
    told.forwarder.offer([make_span()])
    await until(lambda: backend.bodies)
    assert b"gatescope.film" not in backend.bodies[0]


async def test_an_open_span_waits_for_its_end(backend: Backend, told: Told) -> None:
    told.forwarder.offer([make_open(1), make_span(2)])
    await until(lambda: told.forwarder.forwarded)
    assert [span.name for span in backend.spans()] == ["span 2"]


async def test_a_backend_that_asks_to_wait_gets_the_same_again(backend: Backend, told: Told) -> None:
    backend.statuses = [503, 429, 200]
    told.forwarder.offer([make_span()])
    await until(lambda: told.forwarder.forwarded == 1)
    assert len(backend.paths) == 3
    assert "asks to wait (503)" in told.sentences[0]
    assert told.sentences[-1] == ""


async def test_what_is_refused_for_good_is_counted_and_said(backend: Backend, told: Told) -> None:
    backend.statuses = [400, 200]
    told.forwarder.offer([make_span()])
    await until(lambda: told.forwarder.dropped)
    [sentence] = told.sentences
    assert sentence.startswith(f"{backend.url}/v1/traces, where spans are passed on to, refuses spans (400).")
    assert sentence.endswith("Not passed on so far: 1.")


async def test_while_nobody_answers_the_newest_wait_and_the_oldest_are_counted() -> None:
    with listening() as gone:
        pass
    told = Told(gone.url)
    told.forwarder.offer(make_span(number) for number in range(250))
    assert told.forwarder.dropped == 150
    await until(lambda: told.sentences)
    assert "does not answer (ConnectError). Not passed on so far: 150." in told.sentences[0]
    await told.forwarder.stop()


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("http://127.0.0.1:4318", True),
        ("http://localhost:8000/v1/traces", True),
        ("http://[::1]:4318", True),
        ("http://127.0.0.1:14318", False),
        ("http://192.0.2.1:4318", False),
        ("", False),
    ],
)
def test_its_own_ports_are_known(url: str, own: bool) -> None:
    assert forwards_to_itself(url, {8000, 4318, 4317}) is own


def test_the_path_is_added_once() -> None:
    for url in ("http://h:1", "http://h:1/", "http://h:1/v1/traces"):
        assert Forwarder(url, print).url == "http://h:1/v1/traces"
