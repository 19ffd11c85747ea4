"""The body of one request on its way in: how long the application waited for its client.

Told by the ASGI probe how long each ``receive`` took; under WSGI the application reads ``wsgi.input``
itself, so that stream is stood in for where a body is announced.
"""

from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter_ns
from typing import Any

from . import attributes
from .failsafe import harmless
from .protocol_log import ProtocolLog, size_of
from .recording import Stage
from .types import Environ

READS = frozenset({"read", "read1", "readinto", "readline", "readlines"})
"""Methods of a stream that wait for the client."""


class RequestBody:
    """What is known about the body of one request; owned by that request."""

    __slots__ = ("_conversation", "_server", "_waited_ns")

    def __init__(self, server: Stage, conversation: ProtocolLog) -> None:
        self._server = server
        self._conversation = conversation
        self._waited_ns: int | None = None

    def waited(self, waited_ns: int) -> None:
        """Count a piece that the application waited for."""
        self._waited_ns = (self._waited_ns or 0) + waited_ns

    def read(self, size: int, waited_ns: int) -> None:
        """Count a piece that the application read by itself."""
        self._conversation.had("read", size, waited_ns)
        self.waited(waited_ns)

    @harmless(None)
    def end(self) -> None:
        """Describe the wait on the `server` stage, if there was a body."""
        if self._waited_ns is not None:
            self._server.set(attributes.RECEIVING, self._waited_ns)


class ObservedInput:
    """Stands in for ``wsgi.input``: the same methods and attributes, whose reading is timed."""

    __slots__ = ("__weakref__", "_body", "_stream")

    def __init__(self, stream: Any, body: RequestBody) -> None:
        self._stream = stream
        self._body = body

    def __getattr__(self, name: str) -> Any:
        # Nothing is added: what the server's own stream has not, this has not.
        value = getattr(self._stream, name)
        return partial(self._timed, value) if name in READS else value

    def __iter__(self) -> Iterator[bytes]:
        return self._lines(iter(self._stream))

    def __next__(self) -> bytes:
        line: bytes = self._timed(next, self._stream)
        return line

    def _lines(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        while True:
            try:
                line = self._timed(next, lines)
            except StopIteration:
                return
            yield line

    def _timed(self, read: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        begun = perf_counter_ns()
        result: Any = b""
        try:
            result = read(*arguments, **named)
        finally:
            self._body.read(size_of(result), perf_counter_ns() - begun)
        return result


def observe_input(environ: Environ, body: RequestBody) -> ObservedInput | None:
    """Put a timed stream into ``environ`` and return it; None where no body is announced, or no stream is."""
    stream = environ.get("wsgi.input")
    announced = environ.get("CONTENT_LENGTH") not in {None, "", "0"} or "HTTP_TRANSFER_ENCODING" in environ
    if stream is None or not announced:
        return None
    observed = environ["wsgi.input"] = ObservedInput(stream, body)
    return observed
