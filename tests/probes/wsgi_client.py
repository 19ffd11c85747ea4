"""What a server does with a WSGI application, and applications to do it with."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.util import FileWrapper

from probes.types import Environ, StartResponse, WSGIApp
from probes.wsgi import WSGIProbe

Response = tuple[list[Any], bytes]


def environ(**changes: Any) -> Environ:
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.file_wrapper": FileWrapper,
        **changes,
    }


def serve(app: WSGIApp, **changes: Any) -> Response:
    """Do what a server does with an application, and return all it was given."""
    started: list[Any] = []
    written: list[bytes] = []

    def start_response(*arguments: Any) -> Callable[[bytes], object]:
        started.append(arguments)
        return written.append

    body = app(environ(**changes), start_response)
    try:
        pieces = list(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    return started, b"".join([*written, *pieces])


class Body:
    """An iterable that counts what is done to it."""

    def __init__(self, pieces: Iterable[bytes] = (b"a", b"b", b"c"), fails_at: int = -1) -> None:
        self.pieces = list(pieces)
        self.closed = 0
        self.fails_at = fails_at

    def __iter__(self) -> Iterator[bytes]:
        for number, piece in enumerate(self.pieces):
            if number == self.fails_at:
                raise LookupError("in the middle")
            yield piece

    def close(self) -> None:
        self.closed += 1


def answering(body: Any, status: str = "200 OK") -> WSGIApp:
    def app(environ: Environ, start_response: StartResponse) -> Any:
        start_response(status, [("X-Test", "1")])
        return body

    return app


def echo(environ: Environ, start_response: StartResponse) -> list[bytes]:
    start_response("201 Created", [("X-Path", environ["PATH_INFO"])])
    return [repr(sorted((key, str(value)) for key, value in environ.items() if key != "wsgi.input")).encode()]


def observed(app: WSGIApp) -> WSGIApp:
    return WSGIProbe(app)


class SlowInput(io.BytesIO):
    """A client that takes 0.05 s for each read."""

    extra = "of this server alone"

    def read(self, *sizes: Any) -> bytes:
        time.sleep(0.05)
        return super().read(*sizes)
