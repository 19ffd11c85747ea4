"""What is fired at a service of one's own reaches that port alone, and what came of it is counted."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from dashboard.runs.own_client import fire_at
from dashboard.runs.own_order import OwnOrder

seen: list[tuple[str, str, bytes, bool]] = []


class Service(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        seen.append((self.command, self.path, body, "x-request-start" in self.headers))
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("location", "http://127.0.0.1:1/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    do_POST = do_GET  # noqa: N815 - the server's name

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[int]:
    seen.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


async def test_each_request_is_sent_as_ordered_and_counted() -> None:
    with serving() as port:
        result = await fire_at(port, OwnOrder("POST", "/books/?page=2", "typed", "text/plain", 7, 3))
    assert seen == [("POST", "/books/?page=2", b"typed", True)] * 7
    assert result.answers == {"200": 7}
    assert result.fastest_s is not None
    assert result.slowest_s is not None
    assert 0 < result.fastest_s <= result.slowest_s


async def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with serving() as port:
        result = await fire_at(port, OwnOrder(target="/away"))
    assert result.answers == {"302": 1}
    assert len(seen) == 1


async def test_nobody_there_is_an_answer_too() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        result = await fire_at(taken.getsockname()[1], OwnOrder(count=2))
    assert (result.answers, result.median_s) == ({"ConnectError": 2}, None)
