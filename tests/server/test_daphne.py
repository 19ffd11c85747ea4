"""The server refuses long bodies while they stream, names a taken port, and ends cleanly."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
import websockets
from autobahn.exception import Disconnected
from google.rpc.status_pb2 import Status
from websockets.typing import Origin

from dashboard.server.daphne import Server
from tests.ingest.requests import proto_body
from tests.support.bare_dashboard import ROOT, Served, serving

MIB = 1024 * 1024
WHOLE = 200 * MIB


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as served:
        yield served


def head(length: str, path: str = "/v1/traces", kind: str = "application/x-protobuf", more: str = "") -> bytes:
    """The head of a POST with this framing of its body."""
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n{length}\r\n{more}\r\n".encode()


def answer(connection: socket.socket) -> bytes:
    """What comes until the server closes."""
    found = b""
    while piece := connection.recv(65_536):
        found += piece
    return found


def open_files(server: Served) -> list[str]:
    return [file.path for file in psutil.Process(server.process.pid).open_files()]


def pour(connection: socket.socket, *, chunked: bool) -> int:
    """Send `WHOLE` bytes, or as many as the server lets in. Returns how many it took."""
    piece = bytes(MIB)
    framed = b"%x\r\n" % len(piece) + piece + b"\r\n" if chunked else piece
    sent = 0
    try:
        while sent < WHOLE:
            connection.sendall(framed)
            sent += len(piece)
        if chunked:
            connection.sendall(b"0\r\n\r\n")
    except OSError:
        return sent
    return sent


@pytest.mark.parametrize("chunked", [False, True])
def test_a_long_body_is_answered_413_while_it_is_sent_and_costs_neither_memory_nor_disk(
    server: Served, chunked: bool
) -> None:
    before, files = server.memory(), open_files(server)
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {WHOLE}"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head(length))
        if chunked:
            connection.sendall(b"%x\r\n" % (5 * MIB) + bytes(5 * MIB) + b"\r\n")
        # The answer is here although most of the body is still to come.
        status = connection.recv(12)
        assert status == b"HTTP/1.1 413"
        assert pour(connection, chunked=chunked) > 0
        assert server.memory() - before < 24 * MIB
        assert open_files(server) == files


def test_the_refusal_is_a_status_in_the_encoding_of_the_request(server: Served) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head(f"Content-Length: {5 * MIB}") + bytes(5 * MIB))
        first, body = answer(connection).split(b"\r\n\r\n", 1)
    assert b"content-type: application/x-protobuf" in first
    assert "too large" in Status.FromString(body).message


def test_a_sender_that_asks_first_is_not_told_to_continue(server: Served) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(
            head(f"Content-Length: {5 * MIB}", kind="application/json", more="Expect: 100-continue\r\n")
        )
        time.sleep(0.3)
        found = connection.recv(65_536)
    assert found.startswith(b"HTTP/1.1 413")
    assert json.loads(found.split(b"\r\n\r\n")[1])["code"] == 8
    assert found.count(b"HTTP/1.1") == 1


def test_a_refused_sender_that_stays_silent_is_hung_up_on(server: Served) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head(f"Content-Length: {5 * MIB}"))
        began = time.monotonic()
        with pytest.raises(ConnectionResetError):
            answer(connection)
    assert time.monotonic() - began < 15


def test_anything_but_spans_has_a_lower_limit(server: Served) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head(f"Content-Length: {MIB}", path="/other?x=/v1/traces") + bytes(MIB))
        assert answer(connection).startswith(b"HTTP/1.1 413")


def test_a_film_may_be_longer_but_not_too_long(server: Served) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head(f"Content-Length: {WHOLE}", path="/recordings/import") + bytes(MIB))
        found = connection.recv(65_536)
    assert found.startswith(b"HTTP/1.1 413")
    assert "expected at most 100 MB" in json.loads(found.split(b"\r\n\r\n")[1])["error"]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_below_the_limit_is_taken(server: Served, chunked: bool) -> None:
    body = proto_body(5_000)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        if chunked:
            connection.sendall(head("Transfer-Encoding: chunked", more="Connection: close\r\n"))
            connection.sendall(b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n")
        else:
            connection.sendall(head(f"Content-Length: {len(body)}", more="Connection: close\r\n") + body)
        assert answer(connection).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [
        (head("Content-Length: 1000"), b"x"),
        (head("Transfer-Encoding: chunked"), b"1\r\nx\r\n"),
        (b"GET / HTTP/1.1\r\n", b"X: y\r\n"),
    ],
    ids=["body", "chunks", "headers"],
)
def test_what_trickles_is_answered_408(server: Served, beginning: bytes, piece: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(beginning)
        connection.settimeout(1)
        found = b""
        deadline = time.monotonic() + 60
        while not found and time.monotonic() < deadline:
            connection.sendall(piece)
            with suppress(TimeoutError):
                found = connection.recv(65_536)
        assert found.startswith(b"HTTP/1.1 408")
        # The end of its headers, which are late, begins nothing.
        with suppress(OSError):
            connection.sendall(b"\r\n\r\n")
            assert b" 200 " not in answer(connection)


@pytest.mark.alone
def test_unfinished_bodies_are_bounded_all_together_and_newcomers_get_in(server: Served) -> None:
    before = server.memory()
    nearly = bytes(4 * MIB - 1024)
    with ExitStack() as open_connections:
        for _ in range(40):
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
            open_connections.enter_context(connection)
            connection.sendall(head(f"Content-Length: {4 * MIB}") + nearly)
        grown = server.memory() - before
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as honest:
            body = proto_body()
            honest.sendall(head(f"Content-Length: {len(body)}", more="Connection: close\r\n") + body)
            assert answer(honest).startswith(b"HTTP/1.1 200")
    # 160 MiB were sent; 64 may be kept, and the allocator needs some more.
    assert grown < 110 * MIB


@pytest.mark.parametrize(
    "origin",
    [None, "null", "bogus", "http://[::1", "http://127.0.0.1:1", "http://127.0.0.1:{port},http://127.0.0.1:{port}"],
)
async def test_a_socket_from_elsewhere_is_answered_403(server: Served, origin: str | None) -> None:
    sent = None if origin is None else Origin(origin.replace("{port}", str(server.port)))
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(server.live, origin=sent)
    assert refused.value.response.status_code == 403


async def test_two_origin_headers_are_answered_403(server: Served) -> None:
    headers = [("Origin", server.url), ("Origin", server.url)]
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(server.live, additional_headers=headers)
    assert refused.value.response.status_code == 403


async def test_a_long_message_of_a_viewer_ends_its_socket_alone(server: Served) -> None:
    async with (
        websockets.connect(server.live, origin=server.url) as rude,
        websockets.connect(server.live, origin=server.url) as polite,
    ):
        # Its end may come before all was sent.
        with suppress(websockets.ConnectionClosed):
            await rude.send("x" * (2 * MIB))
        await asyncio.wait_for(rude.wait_closed(), 10)
        assert json.loads(await polite.recv())["snapshot"]


@pytest.mark.parametrize(("message", "code"), [(b"\x00", 4415), ("x" * 5_000, 4413)])
async def test_a_message_that_is_not_ours_ends_the_socket_with_its_code(
    server: Served, message: str | bytes, code: int
) -> None:
    async with websockets.connect(server.live, origin=server.url) as rude:
        await rude.send(message)
        await asyncio.wait_for(rude.wait_closed(), 10)
        assert rude.close_code == code


async def test_a_message_to_a_viewer_that_has_just_left_is_no_error() -> None:
    class Left:
        def handle_reply(self, _message: Any) -> None:
            raise Disconnected("Attempt to send on a closed protocol")

    server, left = Server(application=None, endpoints=["tcp:0"]), Left()
    server.connections = {left: {}}
    await server.handle_reply(left, {"type": "websocket.send", "text": "late"})


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        code = (
            "from dashboard.access.roles import Access\n"
            "import django; django.setup()\n"
            "from dashboard.ingest.app import Ingest\n"
            "from dashboard.live.hub import Hub\n"
            "from dashboard.server.daphne import PortTakenError, serve\n"
            "from dashboard.server.policy import DashboardPolicy\n"
            f"try: serve(None, '127.0.0.1', {port}, print, DashboardPolicy(Access(), Ingest(Hub())))\n"
            "except PortTakenError as error: print(error)"
        )
        environment = {"DJANGO_SETTINGS_MODULE": "dashboard.settings", "GATESCOPE_DATA": str(tmp_path)}
        found = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    assert found.stdout == f"127.0.0.1:{port} cannot be listened on: Address already in use\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_cleanly_with_viewers_and_a_half_sent_body(
    tmp_path: Path, number: signal.Signals
) -> None:
    with serving(tmp_path) as server, socket.create_connection(("127.0.0.1", server.port)) as half:
        half.sendall(head("Content-Length: 1000") + b"half")
        async with websockets.connect(server.live, origin=server.url) as viewer:
            await viewer.recv()
            began = time.monotonic()
            server.process.send_signal(number)
            assert await asyncio.to_thread(server.process.wait, 10) == 0
            assert time.monotonic() - began < 8
