"""A small WSGI application for real servers: /, /wait, /stream, /file, /slow-close, /ask?url=, /crash."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from urllib.request import urlopen

from probes.types import Environ, StartResponse
from probes.wsgi import WSGIProbe

TEXT = [("Content-Type", "text/plain")]


def bare(environ: Environ, start_response: StartResponse) -> Any:
    path = environ["PATH_INFO"]
    if path == "/crash":
        raise LookupError("crash")
    if path == "/wait":
        time.sleep(float(parse_qs(environ["QUERY_STRING"]).get("s", ["1"])[0]))
    if path == "/file":
        file = Path(__file__).open("rb")  # noqa: SIM115 - the server closes it
        start_response("200 OK", [*TEXT, ("Content-Length", str(Path(__file__).stat().st_size))])
        return environ["wsgi.file_wrapper"](file, 4096)
    if path == "/ask":
        with urlopen(parse_qs(environ["QUERY_STRING"])["url"][0]) as other:
            start_response("200 OK", TEXT)
            return [other.read()]
    if path == "/slow-close":
        answer = b"the whole answer"
        start_response("200 OK", [*TEXT, ("Content-Length", str(len(answer)))])
        return SlowToClose([answer])
    start_response("200 OK", TEXT)
    return _stream() if path == "/stream" else [b"hello"]


class SlowToClose(list[bytes]):
    """A body that is busy for long after all of it was sent."""

    def close(self) -> None:
        time.sleep(60)


def _stream() -> Iterator[bytes]:
    for number in range(3):
        time.sleep(0.02)
        yield b"piece %d\n" % number


application = WSGIProbe(bare)
