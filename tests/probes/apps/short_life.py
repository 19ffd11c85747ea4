"""A process that handles requests, says so on its standard output, and ends in the ordinary way."""

import sys
import time
from collections.abc import Iterable

from probes.types import Environ, StartResponse, WSGIApp
from probes.wsgi import WSGIProbe


def bare(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"hello"]


application = WSGIProbe(bare)


def handle(number: int, app: WSGIApp = application) -> list[float]:
    """Handle requests and return the seconds each took."""
    took = []
    for _ in range(number):
        begun = time.perf_counter()
        body = app({"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.input": object()}, lambda *_: print)
        list(body)
        if hasattr(body, "close"):
            body.close()
        took.append(time.perf_counter() - begun)
    return took


if __name__ == "__main__":
    handle(int(sys.argv[1]))
    time.sleep(float(sys.argv[2]))
    print("done", flush=True)
