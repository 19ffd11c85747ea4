"""Makes the current thread look as if it handled a request, for tests of single parts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from probes.arrival import Arrival
from probes.recording import RequestRecord, Stage
from probes.request import begin_request, finish_request
from probes.stages import enter, leave

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"

NOW_NS = 1_760_000_000_000_000_000


def arrival(
    *,
    traceparents: tuple[str, ...] = (),
    tracestates: tuple[str, ...] = (),
    request_start: str | None = None,
    server_notes: Mapping[str, object] | None = None,
    arrived_ns: int = NOW_NS,
    query: str = "",
) -> Arrival:
    return Arrival(
        interface="wsgi",
        method="GET",
        path="/",
        query=query,
        scheme="http",
        protocol_version="1.1",
        traceparents=traceparents,
        tracestates=tracestates,
        request_start=request_start,
        server_notes=server_notes or {},
        arrived_ns=arrived_ns,
    )


@contextmanager
def inside(opened: Stage) -> Iterator[None]:
    """Make an opened stage the current one for a block, without closing it."""
    token = enter(opened)
    try:
        yield
    finally:
        leave(token)


@contextmanager
def observed_request() -> Iterator[RequestRecord]:
    """Open a request around a block and finish it with status 200."""
    record = begin_request(arrival(), object())
    with inside(record.server):
        yield record
    finish_request(record, 200, None)
