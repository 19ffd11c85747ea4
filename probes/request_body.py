"""The body of one request on its way in: how long the application waited for its client.

Under ASGI the probe times each ``receive``, under WSGI each reading of ``wsgi.input`` (`wsgi_input`).
"""

from . import attributes
from .failsafe import harmless
from .protocol_log import ProtocolLog
from .recording import Stage


class RequestBody:
    """What is known about the body of one request; owned by that request."""

    __slots__ = ("_log", "_server", "_waited_ns")

    def __init__(self, server: Stage, log: ProtocolLog) -> None:
        self._server = server
        self._log = log
        self._waited_ns: int | None = None

    def add_wait(self, waited_ns: int) -> None:
        """Count a chunk that the application waited for."""
        self._waited_ns = (self._waited_ns or 0) + waited_ns

    def record_read(self, size: int, waited_ns: int) -> None:
        """Record a chunk that the application read by itself."""
        self._log.record("read", size, waited_ns)
        self.add_wait(waited_ns)

    @harmless(None)
    def end(self) -> None:
        """Describe the wait on the `server` stage, if there was a body."""
        if self._waited_ns is not None:
            self._server.set(attributes.RECEIVING, self._waited_ns)
