"""Works out what a run measured: the client's clock for the whole, the spans for the parts. Pure; no Django."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import asdict, replace

from dashboard.runs.results import ClientFigures, Comparison, RequestResult, ServerResult
from dashboard.runs.thread_usage import Stay, most_at_once, read_thread_usage
from dashboard.traces.attributes import (
    CONVERSATION,
    CONVERSATION_AT,
    CONVERSATION_SIZE,
    CROSSING_RAN,
    CROSSING_REASON,
    CROSSING_THREAD_NAME,
    ERROR_TYPE,
    INTERFACE,
    OVERHEAD,
    PROCESS_ID,
    SENDER_CPU,
    THREAD_NAME,
)
from dashboard.traces.self_time import UNACCOUNTED, self_times
from dashboard.traces.span import Span

PIECES = ("piece", "write", "http.response.body")
"""What an application says when it hands a piece of the body to its server, under either interface."""
NS = 1e9
DIGITS = 6
"""Times are rounded to microseconds: no clock here is more exact."""
T = TypeVar("T")
Result = TypeVar("Result", bound=Struct)


def measure_request(seen: RequestResult, spans: Sequence[Span]) -> RequestResult:
    """Add what the spans of its trace tell to what the client saw of a request."""
    view = _first(spans, "view") or _first(spans, "session")
    server = _first(spans, "server")
    proxy = _first(spans, "proxy")
    client = _first(spans, "client")
    usage = read_thread_usage(spans)
    stages = {stage: ns / NS for stage, ns in self_times(spans).items()}
    return _rounded(
        replace(
            seen,
            error=seen.error or _proxy_error(proxy),
            queue_s=_duration_s(_first(spans, "queue")),
            view_s=_duration_s(view),
            steps_after=count_steps_after_leaving(spans) if seen.left and server else None,
            unaccounted_s=stages.get(UNACCOUNTED, 0.0) if (server or proxy) and stages else None,
            pid=_attribute(view or server, PROCESS_ID, int),
            thread=_consumers_thread(spans) or _attribute(view or _held_worker(server), THREAD_NAME, str),
            stages=stages,
            served_s=_served_s(seen, view, client),
            served_until_s=_on_run_s_clock(seen, client, server.end_ns if server else None),
            all_threads=_threads_on_run_s_clock(seen, client, usage.threads),
            loops=usage.loops,
            crossings=usage.crossings,
            lag_s=usage.lag_s,
            instrument_s=_instrument_s(server),
        )
    )


def summarize_server(requests: Sequence[RequestResult]) -> ServerResult:
    """Sum up one server's requests, which are in the order in which they were fired."""
    answers_s = [_ended_s(request) for request in requests if request.status is not None]
    last_s = max(answers_s, default=None)
    view_times_s = _known(request.view_s for request in requests)
    taken_s = _known(request.instrument_s for request in requests)
    steps_after = _known(request.steps_after for request in requests)
    return _rounded(
        ServerResult(
            wall_s=max(map(_ended_s, requests), default=None),
            first_s=min(answers_s, default=None),
            last_s=last_s,
            waiting_s=max(_known(request.queue_s for request in requests), default=None),
            view_s=median(view_times_s) if view_times_s else None,
            processes=len({request.pid for request in requests if request.pid is not None}),
            threads=len({(request.pid, request.thread) for request in requests if request.thread}),
            errors=sum(map(_has_failed, requests)),
            steps_after=sum(steps_after) if steps_after else None,
            largest_gap_s=max(_known(request.largest_gap_s for request in requests), default=None),
            all_threads=len({thread for request in requests for thread in request.all_threads}),
            threads_at_once=most_at_once(stay for request in requests for stay in request.all_threads.items()),
            loops=len({loop for request in requests for loop in request.loops}),
            crossings=sum(request.crossings for request in requests),
            lag_s=max(_known(request.lag_s for request in requests), default=None),
            accounted=min(_accounted_shares(requests), default=None),
            heard_spread_s=_heard_spread_s(requests),
            admitted=_count_admitted(requests),
            per_second=len(answers_s) / last_s if last_s else None,
            instrument_s=median(taken_s) if taken_s else None,
            median_s=client_figures(requests).median_s,
            requests=tuple(requests),
        )
    )


def client_figures(requests: Sequence[RequestResult]) -> ClientFigures:
    """Sum up what the client alone knows of one server's requests."""
    answered = [request for request in requests if request.status is not None and request.ended]
    times_s = sorted(request.total_s for request in answered)
    last_s = max(map(_ended_s, answered), default=None)
    return _rounded(
        ClientFigures(
            answers=len(answered),
            errors=sum(map(_has_failed, requests)),
            median_s=median(times_s) if times_s else None,
            p95_s=times_s[math.ceil(len(times_s) * 0.95) - 1] if times_s else None,
            last_s=last_s,
            per_second=len(answered) / last_s if last_s else None,
        )
    )


def compare(observed: Sequence[RequestResult], uninstrumented: Sequence[RequestResult]) -> Comparison:
    """Compare the requests of an observed process with the same at one without the instrument."""
    ours, bare = client_figures(observed), client_figures(uninstrumented)
    return _rounded(
        Comparison(
            observed=ours,
            uninstrumented=bare,
            median_s=_difference(ours.median_s, bare.median_s),
            p95_s=_difference(ours.p95_s, bare.p95_s),
            per_second=_difference(ours.per_second, bare.per_second),
        )
    )


def join_heard_spread(results: Mapping[str, ServerResult]) -> dict[str, ServerResult]:
    """Give each server of a run where anything was heard the spread of what was heard on all of them."""
    spread_s = _heard_spread_s([request for result in results.values() for request in result.requests])
    return {
        server: result if result.heard_spread_s is None else _rounded(replace(result, heard_spread_s=spread_s))
        for server, result in results.items()
    }


def count_steps_after_leaving(spans: Sequence[Span]) -> int:
    """Count the steps that a view took after the client of the trace had left.

    A step is a query; where a view asks for nothing, as a stream does, it is a chunk. The one chunk of an answer that
    comes after all queries is no step.
    """
    client = _first(spans, "client")
    if client is None or client.end_ns is None:
        return 0
    queries = [span.start_ns for span in spans if span.stage == "query"]
    chunks = [moment for span in spans if span.stage == "server" for moment in _chunk_moments(span)]
    return sum(1 for moment in queries or chunks if moment > client.end_ns)


def _difference(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first - second


def _known(values: Iterable[T | None]) -> list[T]:
    return [value for value in values if value is not None]


def _ended_s(request: RequestResult) -> float:
    return request.started_s + request.total_s


def _has_failed(request: RequestResult) -> bool:
    """Say whether a request failed. One that is still on its way has not, whatever is not known of it yet."""
    return request.ended and not request.left and (request.status is None or bool(request.error))


def _heard_spread_s(requests: Sequence[RequestResult]) -> float | None:
    heard_s = _known(request.heard_s for request in requests if not request.slow)
    return max(heard_s) - min(heard_s) if heard_s else None


def _on_run_s_clock(seen: RequestResult, client: Span | None, moment_ns: int | None) -> float | None:
    """Return a moment of a span as seconds after the run's start."""
    if client is None or moment_ns is None:
        return None
    return seen.started_s + (moment_ns - client.start_ns) / NS


def _threads_on_run_s_clock(
    seen: RequestResult, client: Span | None, threads: Mapping[str, Stay]
) -> dict[str, tuple[float, float]]:
    origin_s = seen.started_s - client.start_ns / NS if client else 0.0
    return {name: (origin_s + begin / NS, origin_s + end / NS) for name, (begin, end) in threads.items()}


def _served_s(seen: RequestResult, view: Span | None, client: Span | None) -> float | None:
    if (began_s := _on_run_s_clock(seen, client, view.start_ns if view else None)) is not None:
        return began_s
    return seen.started_s + seen.chunks_s[0] if seen.chunks_s else None


def _accounted_shares(requests: Sequence[RequestResult]) -> Iterator[float]:
    for request in requests:
        if request.unaccounted_s is not None and request.total_s > 0:
            yield 1 - request.unaccounted_s / request.total_s


def _count_admitted(requests: Sequence[RequestResult]) -> int:
    began_s = _known(request.served_s for request in requests)
    # By the server's clock where its span is known: the client reads an end when it gets round to it, and by then the
    # thread may have taken the next.
    ended_s = [
        _ended_s(request) if request.served_until_s is None else request.served_until_s
        for request in requests
        if request.served_s is not None
    ]
    return sum(1 for moment_s in began_s if moment_s <= min(ended_s))


def _proxy_error(proxy: Span | None) -> str:
    """Say what went wrong between a proxy and the server: the client got no more than a status for it."""
    return f"nginx: {_attribute(proxy, ERROR_TYPE, str)}" if proxy and proxy.status == "error" else ""


def _chunk_moments(server: Span) -> list[int]:
    """When the pieces of a body that hold anything were handed to the server, unix ns."""
    lists = (server.attributes.get(name) for name in (CONVERSATION, CONVERSATION_AT, CONVERSATION_SIZE))
    events = zip(*(one if isinstance(one, list | tuple) else () for one in lists), strict=False)
    return [server.start_ns + at for what, at, size in events if what in PIECES and size and isinstance(at, int)]


def _instrument_s(server: Span | None) -> float | None:
    """Return what the instrument took for a request; None if it did not tell."""
    taken_ns = _known(_attribute(server, key, int) for key in (OVERHEAD, SENDER_CPU))
    return sum(taken_ns) / NS if taken_ns else None


def _first(spans: Sequence[Span], stage: str) -> Span | None:
    return next((span for span in spans if span.stage == stage), None)


def _held_worker(server: Span | None) -> Span | None:
    """Under WSGI the thread that calls the application runs the view; under ASGI that cannot be seen from outside."""
    return server if server and server.attributes.get(INTERFACE) == "wsgi" else None


def _consumers_thread(spans: Sequence[Span]) -> str | None:
    """The thread that did a sync consumer's work; None for an async one, which runs on its session's loop."""
    hops = [span for span in spans if span.attributes.get(CROSSING_REASON) == "sync consumer"]
    longest = max(hops, key=lambda hop: _attribute(hop, CROSSING_RAN, int) or 0, default=None)
    return _attribute(longest, CROSSING_THREAD_NAME, str)


def _duration_s(span: Span | None) -> float | None:
    if span is None or span.end_ns is None:
        return None
    return max(span.end_ns - span.start_ns, 0) / NS


def _attribute(span: Span | None, key: str, kind: type[T]) -> T | None:
    value = span.attributes.get(key) if span else None
    return value if isinstance(value, kind) else None


def _rounded(result: Result) -> Result:
    return replace(result, **{name: _round(value) for name, value in asdict(result).items()})


def _round(value: object) -> object:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {name: _round(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_round(item) for item in value)
    return value
