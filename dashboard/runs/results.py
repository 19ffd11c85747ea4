"""What a run measured: the client's clock for the whole, the spans for the parts. Pure; no Django.

The figures of the result card and of GET /runs/ID come from here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, TypeVar

from dashboard.runs.thread_usage import Facts, facts, most_at_once
from dashboard.traces.self_time import UNACCOUNTED, account
from dashboard.traces.span import Span

CONVERSATION = "gatescope.conversation"
CROSSING = "gatescope.crossing"
PIECES = ("piece", "write", "http.response.body")
"""What an application says when it hands a piece of the body to its server, under either interface."""
NS = 1e9
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One request as the client saw it. `status` is None while it runs and when no answer came."""

    trace_id: str
    index: int
    started_s: float
    """When it was fired, seconds after the run's start on this server."""
    total_s: float
    status: int | None
    error: str = ""
    left: bool = False
    """The client left on purpose; that is no failure of the server's."""
    protocol: str | None = None
    """The version of HTTP that the answer came in."""
    chunks_s: tuple[float, ...] = ()
    """When chunks of the body arrived, seconds after the request's start."""
    largest_gap_s: float | None = None
    """The longest that a heartbeat was silent between two beats; None for any other request."""
    heard_s: float | None = None
    """When the phone heard what was announced, seconds after the run's start; None for any other request."""
    slow: bool = False
    """It is the phone that reads nothing for a while."""


@dataclass(frozen=True, slots=True)
class RequestResult:
    """One request, measured on both sides. None where nothing was measured, never a guess."""

    trace_id: str
    index: int
    status: int | None
    error: str
    queue_s: float | None
    view_s: float | None
    """The time in the view; of a WebSocket, how long its session was open: so long its consumer stands there."""
    total_s: float
    protocol: str | None
    chunks_s: tuple[float, ...]
    """When chunks of the body arrived, seconds after the request's start; at most the first 256."""
    largest_gap_s: float | None
    """The longest that a heartbeat was silent between two beats."""
    steps_after: int | None
    """What the server still did for a client that had left: queries begun and chunks made. None where it stayed."""
    unaccounted_s: float | None
    pid: int | None
    thread: str | None
    stages: dict[str, float]
    """Seconds that each stage itself took; with `unaccounted` they add up to the client's total."""
    started_s: float
    """When it was fired, seconds after the run's start on this server."""
    served_s: float | None
    """When it began to be served, on the same clock: its view or session began, or a piece of the answer came."""
    served_until_s: float | None
    """When the server had done with it, on the same clock; before that a thread that served it takes no other."""
    all_threads: dict[str, tuple[float, float]]
    """Every thread of the server that did anything for it, as ``process id/name``, and from when to when it was
    needed, on the same clock.
    """
    loops: tuple[str, ...]
    """Every event loop that ran something of it, as ``process id/number``."""
    crossings: int
    """Hops between the sync and the async world."""
    heard_s: float | None
    """When the phone heard what was announced, on the same clock, which is that of all servers of the run."""
    slow: bool
    """It is the phone that reads nothing for a while."""
    lag_s: float | None
    """The longest that one of its coroutines held its event loop; None where no coroutine ran."""


@dataclass(frozen=True, slots=True)
class ServerResult:
    """One server's part of a run. Times are seconds after the first request was fired at it."""

    wall_s: float | None
    first_s: float | None
    last_s: float | None
    waiting_s: float | None
    """The longest wait in the queue."""
    view_s: float | None
    """The median time in the view, or in session."""
    processes: int
    threads: int
    """Distinct threads that ran the view or the consumer; under WSGI without Django's stages, that called the
    application.
    """
    errors: int
    steps_after: int | None
    """The steps that were made for clients who had left; None when nobody left."""
    largest_gap_s: float | None
    """The longest gap of all heartbeats; None when nobody listened to one."""
    all_threads: int
    """Distinct threads that did anything for these requests, not only in the view."""
    threads_at_once: int
    """The most of them that were needed at the same time, each from its first to its last part of the work."""
    loops: int
    """Distinct event loops that ran something of these requests."""
    crossings: int
    """Hops between the sync and the async world."""
    lag_s: float | None
    """The longest that one coroutine held its event loop at a stretch; None where none ran."""
    accounted: float | None
    """The smallest share of a request's total that named stages own, 0 to 1."""
    heard_spread_s: float | None
    """From the first phone that heard what was announced to the last, of all servers of the run and without the slow
    one; None where nobody heard anything.
    """
    admitted: int
    """Requests that were being served before the first of all was done with."""
    per_second: float | None
    """Answers a second, until the last."""
    requests: tuple[RequestResult, ...]

    def as_json(self) -> dict[str, Any]:
        """The contract's form, rounded to microseconds."""
        data: dict[str, Any] = _rounded(self)
        return data


def request_result(outcome: Outcome, spans: Sequence[Span]) -> RequestResult:
    """Join what the client saw with the spans of its trace."""
    view = _first(spans, "view") or _first(spans, "session")
    server = _first(spans, "server")
    proxy = _first(spans, "proxy")
    where = view or server
    client = _first(spans, "client")
    found = facts(spans)
    stages = {stage: ns / NS for stage, ns in account(spans).items()}
    return RequestResult(
        trace_id=outcome.trace_id,
        index=outcome.index,
        status=outcome.status,
        error=outcome.error or _problem(proxy),
        queue_s=_seconds(_first(spans, "queue")),
        view_s=_seconds(view),
        total_s=outcome.total_s,
        protocol=outcome.protocol,
        chunks_s=outcome.chunks_s,
        largest_gap_s=outcome.largest_gap_s,
        steps_after=steps_after_leaving(spans) if outcome.left and server else None,
        unaccounted_s=stages.get(UNACCOUNTED, 0.0) if (server or proxy) and stages else None,
        pid=_attribute(where, "process.pid", int),
        thread=_consumers_thread(spans) or _attribute(view or _held_worker(server), "thread.name", str),
        stages=stages,
        started_s=outcome.started_s,
        served_s=_served_s(outcome, client, view),
        served_until_s=_on_run_s_clock(outcome, client, server.end_ns if server else None),
        all_threads=_threads_on_run_s_clock(outcome, client, found),
        loops=found.loops,
        crossings=found.crossings,
        heard_s=outcome.heard_s,
        slow=outcome.slow,
        lag_s=found.lag_s,
    )


def server_result(outcomes: Sequence[Outcome], requests: Sequence[RequestResult]) -> ServerResult:
    """The figures of one server's requests, in the order they were fired."""
    answered = [outcome.started_s + outcome.total_s for outcome in outcomes if outcome.status is not None]
    ended = [outcome.started_s + outcome.total_s for outcome in outcomes]
    queues = [request.queue_s for request in requests if request.queue_s is not None]
    left = [request.steps_after for request in requests if request.steps_after is not None]
    gaps = [request.largest_gap_s for request in requests if request.largest_gap_s is not None]
    viewed = [request for request in requests if request.view_s is not None]
    lags = [request.lag_s for request in requests if request.lag_s is not None]
    last_s = max(answered, default=None)
    return ServerResult(
        wall_s=max(ended, default=None),
        first_s=min(answered, default=None),
        last_s=last_s,
        waiting_s=max(queues, default=None),
        view_s=median(view_s for request in viewed if (view_s := request.view_s) is not None) if viewed else None,
        processes=len({request.pid for request in requests if request.pid is not None}),
        threads=len({(request.pid, request.thread) for request in requests if request.thread}),
        errors=sum(map(_failed, outcomes, requests)),
        steps_after=sum(left) if left else None,
        largest_gap_s=max(gaps, default=None),
        all_threads=len({thread for request in requests for thread in request.all_threads}),
        threads_at_once=most_at_once(stay for request in requests for stay in request.all_threads.items()),
        loops=len({loop for request in requests for loop in request.loops}),
        crossings=sum(request.crossings for request in requests),
        lag_s=max(lags, default=None),
        accounted=min(_accounted(requests), default=None),
        heard_spread_s=_heard_spread_s(requests),
        admitted=_admitted(requests),
        per_second=len(answered) / last_s if last_s else None,
        requests=tuple(requests),
    )


def heard_by_all(results: Mapping[str, ServerResult]) -> dict[str, ServerResult]:
    """The results of a run's servers; where anything was heard, with the spread of what was heard on all of them."""
    spread_s = _heard_spread_s([request for result in results.values() for request in result.requests])
    return {
        server: result if result.heard_spread_s is None else replace(result, heard_spread_s=spread_s)
        for server, result in results.items()
    }


def _heard_spread_s(requests: Sequence[RequestResult]) -> float | None:
    heard = [request.heard_s for request in requests if request.heard_s is not None and not request.slow]
    return max(heard) - min(heard) if heard else None


def _on_run_s_clock(outcome: Outcome, client: Span | None, moment_ns: int | None) -> float | None:
    """A moment of a span as seconds after the run's start on this server."""
    if client is None or moment_ns is None:
        return None
    return outcome.started_s + (moment_ns - client.start_ns) / NS


def _threads_on_run_s_clock(outcome: Outcome, client: Span | None, found: Facts) -> dict[str, tuple[float, float]]:
    origin_s = outcome.started_s - client.start_ns / NS if client else 0.0
    return {name: (origin_s + begin / NS, origin_s + end / NS) for name, (begin, end) in found.threads.items()}


def _served_s(outcome: Outcome, client: Span | None, view: Span | None) -> float | None:
    if (began_s := _on_run_s_clock(outcome, client, view.start_ns if view else None)) is not None:
        return began_s
    return outcome.started_s + outcome.chunks_s[0] if outcome.chunks_s else None


def _accounted(requests: Sequence[RequestResult]) -> Iterator[float]:
    for request in requests:
        if request.unaccounted_s is not None and request.total_s > 0:
            yield 1 - request.unaccounted_s / request.total_s


def _admitted(requests: Sequence[RequestResult]) -> int:
    began = [request.served_s for request in requests if request.served_s is not None]
    # By the server's clock where its span is known: the client reads an end when it gets round to it, and by then the
    # thread may have taken the next.
    ended = [
        request.started_s + request.total_s if request.served_until_s is None else request.served_until_s
        for request in requests
        if request.served_s is not None
    ]
    return sum(1 for began_s in began if began_s <= min(ended))


def _problem(proxy: Span | None) -> str:
    """What a proxy says went wrong between it and the server: the client got no more than a status for it."""
    return f"nginx: {_attribute(proxy, 'error.type', str)}" if proxy and proxy.status == "error" else ""


def _failed(outcome: Outcome, request: RequestResult) -> bool:
    return not outcome.left and (outcome.status is None or bool(request.error))


def steps_after_leaving(spans: Sequence[Span]) -> int:
    """Count the queries that a server began and the chunks that it made after the client of the trace had left."""
    client = _first(spans, "client")
    if client is None or client.end_ns is None:
        return 0
    queries = [span.start_ns for span in spans if span.stage == "query"]
    chunks = [moment for span in spans if span.stage == "server" for moment in _chunk_moments(span)]
    return sum(1 for moment in queries + chunks if moment > client.end_ns)


def _chunk_moments(server: Span) -> list[int]:
    """When the pieces of a body that hold anything were handed to the server, unix ns."""
    lists = (server.attributes.get(name) for name in (CONVERSATION, f"{CONVERSATION}.at_ns", f"{CONVERSATION}.size"))
    said = zip(*(one if isinstance(one, list | tuple) else () for one in lists), strict=False)
    return [server.start_ns + at for what, at, size in said if what in PIECES and size and isinstance(at, int)]


def _first(spans: Sequence[Span], stage: str) -> Span | None:
    return next((span for span in spans if span.stage == stage), None)


def _held_worker(server: Span | None) -> Span | None:
    """Under WSGI the thread that calls the application runs the view; under ASGI nobody outside knows which does."""
    return server if server and server.attributes.get("gatescope.interface") == "wsgi" else None


def _consumers_thread(spans: Sequence[Span]) -> str | None:
    """The thread that did a sync consumer's work; None where none did: an async one runs on its session's loop."""
    hops = [span for span in spans if span.attributes.get(f"{CROSSING}.reason") == "sync consumer"]
    longest = max(hops, key=lambda hop: _attribute(hop, f"{CROSSING}.ran_ns", int) or 0, default=None)
    return _attribute(longest, f"{CROSSING}.thread.name", str)


def _seconds(span: Span | None) -> float | None:
    if span is None or span.end_ns is None:
        return None
    return max(span.end_ns - span.start_ns, 0) / NS


def _attribute(span: Span | None, key: str, kind: type[T]) -> T | None:
    value = span.attributes.get(key) if span else None
    return value if isinstance(value, kind) else None


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, RequestResult | ServerResult):
        # `asdict` would copy a thousand requests deeply, several times a second.
        return {name: _rounded(getattr(value, name)) for name in value.__slots__}
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
