"""The metrics that a lesson can prove itself with, by name: each is read from one server's part of a run. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import median

from dashboard.runs.results import ClientFigures, RequestResult, ServerResult

Read = Callable[[ServerResult], float | None]


@dataclass(frozen=True, slots=True)
class Metric:
    """How a metric is read, its unit, and what it is in words. `read` returns None where nothing was measured."""

    unit: str
    about: str
    read: Read


def _field(name: str) -> Read:
    """Read a field of the server as a whole."""
    value_of: Callable[[ServerResult], float | None] = attrgetter(name)
    return lambda server: _to_float(value_of(server))


def _uninstrumented(name: str) -> Read:
    """Read a figure of the process without the instrument; None where none was compared with."""
    value_of: Callable[[ClientFigures], float | None] = attrgetter(name)
    return lambda server: _to_float(value_of(server.compared.uninstrumented)) if server.compared else None


def _of_requests(name: str, summarize: Callable[[Sequence[float]], float]) -> Read:
    """Sum up a field of the requests; None unless every one of them has it."""
    value_of: Callable[[RequestResult], float | None] = attrgetter(name)
    return lambda server: _summarize(map(value_of, server.requests), summarize)


def _chunk(position: int) -> Read:
    """Read when a chunk of each answer arrived, the median of all requests."""

    def moment_s(request: RequestResult) -> float | None:
        return request.chunks_s[position] if request.chunks_s else None

    return lambda server: _summarize(map(moment_s, server.requests), median)


def _summarize(values: Iterable[float | None], summarize: Callable[[Sequence[float]], float]) -> float | None:
    numbers: list[float] = []
    for value in values:
        if value is None:
            return None
        numbers.append(float(value))
    return summarize(numbers) if numbers else None


def _common_status(server: ServerResult) -> float | None:
    statuses = {request.status for request in server.requests}
    return _to_float(statuses.pop()) if len(statuses) == 1 else None


def _common_protocol(server: ServerResult) -> float | None:
    """Return 1.1 or 2 when all answers came in the same version; 0 when the server refused to speak it."""
    versions = {request.protocol for request in server.requests}
    if versions == {None}:
        return 0.0
    text = versions.pop() if len(versions) == 1 else None
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _to_float(value: float | None) -> float | None:
    return None if value is None else float(value)


PER_SECOND_UNINSTRUMENTED = "per second, uninstrumented"
UNINSTRUMENTED = frozenset({PER_SECOND_UNINSTRUMENTED})
"""The metrics of processes without the instrument, which an order has to ask for."""

METRICS: dict[str, Metric] = {
    "last": Metric("s", "until the last answer", _field("last_s")),
    "first": Metric("s", "until the first answer", _field("first_s")),
    "wall": Metric("s", "until the last request had ended", _field("wall_s")),
    "longest wait": Metric("s", "the longest wait in the queue", _field("waiting_s")),
    "shortest wait": Metric("s", "the shortest wait in the queue", _of_requests("queue_s", min)),
    "view": Metric("s", "the median time in the view", _field("view_s")),
    "longest view": Metric("s", "the longest time in a view", _of_requests("view_s", max)),
    "total": Metric("s", "the median time of a request", _of_requests("total_s", median)),
    "threads": Metric("threads", "threads that ran the view", _field("threads")),
    "all threads": Metric("threads", "threads that did anything for the requests", _field("all_threads")),
    "threads at once": Metric(
        "threads", "threads that the requests needed at the same time", _field("threads_at_once")
    ),
    "crossings": Metric("crossings", "hops between a loop and a thread", _field("crossings")),
    "loops": Metric("loops", "event loops that ran anything of the requests", _field("loops")),
    "loop lag": Metric("s", "the longest that one coroutine held its loop", _field("lag_s")),
    "processes": Metric("processes", "processes that ran the view", _field("processes")),
    "errors": Metric("errors", "requests that failed", _field("errors")),
    "largest gap": Metric("s", "the longest silence between two beats", _field("largest_gap_s")),
    "steps after": Metric("steps", "steps for a client who had left", _field("steps_after")),
    "accounted": Metric("share", "share of the total that named stages own", _field("accounted")),
    "admitted": Metric("requests", "requests in service before the first one ended", _field("admitted")),
    "per second": Metric("1/s", "answers per second", _field("per_second")),
    PER_SECOND_UNINSTRUMENTED: Metric(
        "1/s", "answers per second of a process without the instrument", _uninstrumented("per_second")
    ),
    "heard spread": Metric("s", "the last phone minus the first to hear it", _field("heard_spread_s")),
    "status": Metric("status", "the status of every answer", _common_status),
    "protocol": Metric("HTTP", "the version of HTTP of every answer; 0 is refused", _common_protocol),
    "first chunk": Metric("s", "until the first chunk of an answer", _chunk(0)),
    "last chunk": Metric("s", "until the last chunk of an answer", _chunk(-1)),
}
