"""A service that tells which headers it was sent."""

from __future__ import annotations

import http.server
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from probes.company.install import install as observe_company
from tests.probes.conftest import install, instrument, nothing_logged_before, receiver

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["install", "instrument", "nothing_logged_before", "receiver"]


class Service(http.server.BaseHTTPRequestHandler):
    """Answers with the headers it got; /away redirects, /broken fails."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps([[name.lower(), value] for name, value in self.headers.items()]).encode()
        status = {"/away": 302, "/broken": 503}.get(self.path.partition("?")[0], 200)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    observe_company()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
