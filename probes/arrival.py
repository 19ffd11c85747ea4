"""What a request is when it arrives: the probes describe it, and `request` begins its record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as the gateway interface describes it, in the terms of the semantic conventions."""

    interface: str
    """wsgi or asgi"""
    method: str
    path: str
    query: str
    scheme: str
    protocol_version: str
    traceparents: Sequence[str]
    """Every ``traceparent`` header, in order."""
    request_start: str | None
    """The ``X-Request-Start`` header."""
    server_notes: Mapping[str, object]
    """The environ or scope, in which some servers note when the request passed them."""
    arrived_ns: int
    """When the application callable was entered, unix ns."""
    tracestates: Sequence[str] = ()
    """Every ``tracestate`` header, in order."""

    def is_adapted(self, other: "Arrival") -> bool:
        """Return whether ``other`` looks like this request behind an adapter between WSGI and ASGI."""
        return self.interface != other.interface and (self.method, self.path, self.query) == (
            other.method,
            other.path,
            other.query,
        )
