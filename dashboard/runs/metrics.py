"""The figures that a lesson can prove itself with, by name: each is read from one server's part of a finished run.

Pure: what goes in is the contract's JSON (`results.ServerResult.as_json`), what comes out is a number or None.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

ServerJson = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """How a figure is read, its unit, and what it is in words. `read` gives None where nothing was measured."""

    unit: str
    about: str
    read: Callable[[ServerJson], float | None]


def _field(name: str) -> Callable[[ServerJson], float | None]:
    """A figure of the server as a whole."""

    def read(server: ServerJson) -> float | None:
        return _number(server.get(name))

    return read


def _of_requests(name: str, summed: Callable[[Sequence[float]], float]) -> Callable[[ServerJson], float | None]:
    """A figure of its requests, summed up; None unless every one of them has it."""

    def read(server: ServerJson) -> float | None:
        values = [_number(request.get(name)) for request in server["requests"]]
        known = [value for value in values if value is not None]
        return summed(known) if known and len(known) == len(values) else None

    return read


def _same_status(server: ServerJson) -> float | None:
    statuses = {request["status"] for request in server["requests"]}
    return _number(statuses.pop()) if len(statuses) == 1 else None


def _protocol(server: ServerJson) -> float | None:
    """1.1 or 2, when all answers came in the same version; 0 when the server refused to speak it."""
    versions = {request["protocol"] for request in server["requests"]}
    if versions == {None}:
        return 0.0
    text = versions.pop() if len(versions) == 1 else None
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _chunk(position: int) -> Callable[[ServerJson], float | None]:
    """When a chunk of each answer arrived, the median of all requests."""

    def read(server: ServerJson) -> float | None:
        moments = [request["chunks_s"][position] for request in server["requests"] if request["chunks_s"]]
        return median(moments) if moments and len(moments) == len(server["requests"]) else None

    return read


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


FIGURES: dict[str, Figure] = {
    "last": Figure("s", "until the last answer", _field("last_s")),
    "first": Figure("s", "until the first answer", _field("first_s")),
    "wall": Figure("s", "until the last request had ended", _field("wall_s")),
    "longest wait": Figure("s", "the longest wait in the queue", _field("waiting_s")),
    "shortest wait": Figure("s", "the shortest wait in the queue", _of_requests("queue_s", min)),
    "view": Figure("s", "the median time in the view", _field("view_s")),
    "longest view": Figure("s", "the longest time in a view", _of_requests("view_s", max)),
    "total": Figure("s", "the median time of a request", _of_requests("total_s", median)),
    "threads": Figure("threads", "threads that ran the view", _field("threads")),
    "all threads": Figure("threads", "threads that did anything for the requests", _field("all_threads")),
    "threads at once": Figure(
        "threads", "threads that the requests needed at the same time", _field("threads_at_once")
    ),
    "crossings": Figure("crossings", "hops between a loop and a thread", _field("crossings")),
    "loops": Figure("loops", "event loops that ran anything of the requests", _field("loops")),
    "loop lag": Figure("s", "the longest that one coroutine held its loop", _field("lag_s")),
    "processes": Figure("processes", "processes that ran the view", _field("processes")),
    "errors": Figure("errors", "requests that failed", _field("errors")),
    "largest gap": Figure("s", "the longest silence between two beats", _field("largest_gap_s")),
    "steps after": Figure("steps", "steps for a client who had left", _field("steps_after")),
    "accounted": Figure("share", "share of the total that named stages own", _field("accounted")),
    "admitted": Figure("requests", "requests in service before the first one ended", _field("admitted")),
    "per second": Figure("1/s", "answers per second", _field("per_second")),
    "heard spread": Figure("s", "the last phone minus the first to hear it", _field("heard_spread_s")),
    "status": Figure("status", "the status of every answer", _same_status),
    "protocol": Figure("HTTP", "the version of HTTP of every answer; 0 is refused", _protocol),
    "first chunk": Figure("s", "until the first chunk of an answer", _chunk(0)),
    "last chunk": Figure("s", "until the last chunk of an answer", _chunk(-1)),
}
