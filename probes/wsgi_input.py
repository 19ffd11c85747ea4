"""The input stream of a WSGI request, replaced by one whose reading is timed where a body is announced."""

from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter_ns
from typing import Any

from .protocol_log import size_of
from .request_body import RequestBody
from .types import Environ

READS = frozenset({"read", "read1", "readinto", "readline", "readlines"})
"""Methods of a stream that wait for the client."""


class ObservedInput:
    """A stand-in for ``wsgi.input``: the same methods and attributes, with every reading timed."""

    __slots__ = ("__weakref__", "_body", "_stream")

    def __init__(self, stream: Any, body: RequestBody) -> None:
        self._stream = stream
        self._body = body

    def __getattr__(self, name: str) -> Any:
        # Nothing is added: what the server's own stream lacks, this lacks.
        value = getattr(self._stream, name)
        return partial(self._time_read, value) if name in READS else value

    def __iter__(self) -> Iterator[bytes]:
        return self._lines(iter(self._stream))

    def __next__(self) -> bytes:
        __traceback_hide__ = True
        line: bytes = self._time_read(next, self._stream)
        return line

    def _lines(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        __traceback_hide__ = True
        while True:
            try:
                line = self._time_read(next, lines)
            except StopIteration:
                return
            yield line

    def _time_read(self, read: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        __traceback_hide__ = True
        begun = perf_counter_ns()
        result: Any = b""
        try:
            result = read(*arguments, **named)
        finally:
            self._body.record_read(size_of(result), perf_counter_ns() - begun)
        return result


def observe_input(environ: Environ, body: RequestBody) -> ObservedInput | None:
    """Put a timed stream into ``environ`` and return it; None if no body is announced or there is no stream."""
    stream = environ.get("wsgi.input")
    announced = environ.get("CONTENT_LENGTH") not in {None, "", "0"} or "HTTP_TRANSFER_ENCODING" in environ
    if stream is None or not announced:
        return None
    observed = environ["wsgi.input"] = ObservedInput(stream, body)
    return observed
