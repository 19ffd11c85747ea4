"""HTTP/2: the requests of a run are streams of one connection, and a server that does not speak it is said so."""

import asyncio
import datetime as dt
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, Event, RequestReceived, StreamEnded, StreamReset
from h2.settings import SettingCodes, Settings

from dashboard.runs.results import ServerResult
from dashboard.runs.target import Target
from tests.runs.firing import Recorder, answer_ok, listening, order
from tests.support.async_server import serve


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """These servers send no spans; waiting for them is not what is tested here."""
    monkeypatch.setattr("dashboard.runs.runner.SPANS_ARRIVE_WITHIN_S", 0)
    monkeypatch.setattr("dashboard.runs.orders.Order.all_served_s", 0)


@dataclass
class Http2Server:
    """Answers each request after `wait_s`, at most `most` at once, and remembers what it saw."""

    most: int = 100
    wait_s: float = 0.0
    silent: bool = False
    resets: bool = False
    early: bool = False
    """Answers before it has the body."""
    requests: list[dict[str, str]] = field(default_factory=list)
    connections: int = 0
    peak: int = 0
    cancelled: list[int] = field(default_factory=list)
    received: int = 0
    open_now: set[int] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        protocol = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        protocol.local_settings = Settings(
            client=False, initial_values={SettingCodes.MAX_CONCURRENT_STREAMS: self.most}
        )
        protocol.initiate_connection()
        answers: list[asyncio.Task[None]] = []
        try:
            while not self.silent:
                writer.write(protocol.data_to_send())
                if not (data := await reader.read(65536)):
                    break
                for event in protocol.receive_data(data):
                    self.note(event)
                    if isinstance(event, DataReceived):
                        protocol.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    elif isinstance(event, RequestReceived if self.early else StreamEnded):
                        answers.append(asyncio.create_task(self.answer(protocol, event.stream_id, writer)))
            await reader.read()
        finally:
            for task in answers:
                task.cancel()
            writer.close()

    def note(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            self.requests.append({str(name): str(value) for name, value in event.headers})
            self.open_now.add(event.stream_id)
            self.peak = max(self.peak, len(self.open_now))
        elif isinstance(event, DataReceived):
            self.received += len(event.data)
        elif isinstance(event, StreamReset):
            self.cancelled.append(event.stream_id)

    async def answer(self, protocol: H2Connection, number: int, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.wait_s)
        self.open_now.discard(number)
        if self.resets:
            protocol.reset_stream(number, ErrorCodes.INTERNAL_ERROR)
        else:
            protocol.send_headers(number, [(":status", "200")])
            protocol.send_data(number, b"ok", end_stream=True)
        writer.write(protocol.data_to_send())


@asynccontextmanager
async def serving(server: Http2Server, tls: ssl.SSLContext | None = None) -> AsyncIterator[Target]:
    async with serve(server.serve, tls) as port:
        yield Target("127.0.0.1", port, "shop.example", tls=tls is not None)


async def fire(target: Target, count: int = 1, **fields: str) -> tuple[ServerResult, Recorder]:
    recorder = Recorder()
    run = recorder.runner.start(order(count, protocol="2", **fields), {"uvicorn": target})
    await run.job.wait()
    return recorder.finished[-1].servers["uvicorn"], recorder


async def test_all_requests_of_a_run_are_streams_of_one_connection() -> None:
    server = Http2Server(wait_s=0.1)
    async with serving(server) as target:
        result, recorder = await fire(target, 5)
    assert [(request.status, request.protocol) for request in result.requests] == [(200, "2")] * 5
    ended = [span.attributes for span in recorder.versions if span.final]
    assert {span["gatescope.client.stream_id"] for span in ended} == {1, 3, 5, 7, 9}
    assert len({span["gatescope.client.connection"] for span in ended}) == server.connections == 1
    assert {span["network.protocol.version"] for span in ended} == {"2"}
    assert all(request.chunks_s for request in result.requests)


async def test_the_host_that_is_asked_for_is_not_the_socket_s() -> None:
    server = Http2Server()
    async with serving(server) as target:
        await fire(target)
    (request,) = server.requests
    assert (request[":authority"], request[":path"], request[":scheme"]) == ("shop.example", "/hello/", "http")
    assert request["traceparent"].startswith("00-")
    assert request["x-request-start"].startswith("t=")


async def test_no_more_streams_are_open_than_the_server_allows() -> None:
    server = Http2Server(most=2, wait_s=0.05)
    async with serving(server) as target:
        result, _ = await fire(target, 7)
    assert [request.status for request in result.requests] == [200] * 7
    assert server.peak == 2


async def test_an_upload_goes_through_the_windows_of_flow_control() -> None:
    server = Http2Server()
    async with serving(server) as target:
        result, _ = await fire(target, 2, scenario="upload", seconds="0.2")
    assert [request.status for request in result.requests] == [200] * 2
    assert server.received == 2 * 64 * 1024


async def test_an_answer_before_the_whole_upload_ends_it() -> None:
    server = Http2Server(early=True, most=1)
    async with serving(server) as target:
        result, _ = await fire(target, 2, scenario="upload", seconds="20")
        assert await until(lambda: server.cancelled == [1, 3])
    assert [request.status for request in result.requests] == [200] * 2


async def test_whoever_leaves_resets_its_stream_and_disturbs_no_other() -> None:
    server = Http2Server(most=1, wait_s=4)
    async with serving(server) as target:
        result, _ = await fire(target, 2, leave="1")
        # The second had to wait for a place, so its client left before it had sent anything.
        assert await until(lambda: server.cancelled == [1])
    assert [request.error for request in result.requests] == ["left after 1 s"] * 2
    assert result.errors == 0
    assert server.connections == 1


async def until(reached: Any) -> bool:
    deadline = time.monotonic() + 5
    while not reached() and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    return bool(reached())


async def test_a_stream_that_the_server_resets_is_an_error_of_this_request() -> None:
    async with serving(Http2Server(resets=True)) as target:
        result, _ = await fire(target)
    assert result.requests[0].error == "uvicorn broke off: it reset the stream (code 2)"


async def test_a_server_that_answers_in_http_1_does_not_speak_it() -> None:
    async def bad_request(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()

    async with listening(bad_request) as url:
        result, _ = await fire(Target.of_url(url), 2)
    sentence = "uvicorn does not speak HTTP/2 in clear text: it answered 'HTTP/1.1 400 Bad Request'"
    assert [request.error for request in result.requests] == [sentence] * 2


async def test_a_server_that_says_nothing_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.runs.http2_connection.SETTINGS_WITHIN_S", 0.2)
    async with serving(Http2Server(silent=True)) as target:
        result, _ = await fire(target)
    assert result.requests[0].error.endswith("in clear text: it did not answer within 0.2 s")


async def test_a_refused_connection_is_one_sentence_for_each_request() -> None:
    async with listening(answer_ok) as url:
        pass
    result, _ = await fire(Target.of_url(url), 2)
    assert [request.error for request in result.requests] == ["uvicorn refused the connection"] * 2


async def test_a_connection_that_breaks_ends_every_stream() -> None:
    server = Http2Server(wait_s=60)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving_it = asyncio.ensure_future(server.serve(reader, writer))
        await until(lambda: len(server.requests) == 2)
        serving_it.cancel()

    async with serve(accept) as port:
        result, _ = await fire(Target("127.0.0.1", port), 2)
    assert [request.error for request in result.requests] == ["uvicorn broke off: it closed the connection"] * 2


async def test_a_run_over_http_2_stops_at_once() -> None:
    recorder = Recorder()
    async with serving(Http2Server(wait_s=60)) as target:
        run = recorder.runner.start(order(2, protocol="2"), {"uvicorn": target})
        await asyncio.sleep(0.2)
        begun = time.monotonic()
        assert await recorder.runner.stop(run.id)
        assert time.monotonic() - begun < 5


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody vouches for, with its key, as our nginx has one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(1)
    )
    path = tmp_path_factory.mktemp("tls") / "own.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    return path


def tls(certificate: Path, *protocols: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(list(protocols))
    return context


async def test_over_tls_the_protocol_is_agreed_on_in_the_handshake(certificate: Path) -> None:
    server = Http2Server()
    async with serving(server, tls(certificate, "h2", "http/1.1")) as target:
        result, recorder = await fire(target, 2)
    assert [request.protocol for request in result.requests] == ["2", "2"]
    assert server.requests[0][":scheme"] == "https"
    assert recorder.versions[-1].attributes["url.full"] == "https://shop.example/hello/"


async def test_a_server_that_agrees_to_no_h2_over_tls_is_said_so(certificate: Path) -> None:
    async with serving(Http2Server(), tls(certificate, "http/1.1")) as target:
        result, _ = await fire(target)
    error = result.requests[0].error
    assert error == "uvicorn does not speak HTTP/2 over TLS: it agreed to no h2 in the TLS handshake (ALPN)"
