"""What a project's own traces tell about it, and which answers follow: from the spans of one service. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboard.lib.offer import Offer
from dashboard.lib.text import list_some
from dashboard.traces.attributes import CROSSING_FUNCTION, CROSSING_REASON, INTERFACE, MODE
from dashboard.traces.span import Span, by_trace

MOST_SERVICES = 100
"""Names that are offered to choose from."""
WAITS = frozenset({"query", "call"})
"""Stages in which a request waits for another service."""
MOSTLY = 0.6
"""From this fraction of waiting on, the answer is that a request mostly waits; below `SELDOM`, that it computes."""
SELDOM = 0.2


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was observed of one service in the traces that are kept."""

    service: str
    requests: int
    """Requests that have ended, without WebSockets."""
    sessions: int
    """WebSockets."""
    waiting: float
    """The fraction of the requests' time spent in the database and in calls; 0 without requests."""
    at_once: int
    """The most requests in progress at the same time."""
    interfaces: frozenset[str]
    view_modes: frozenset[str]
    """"sync" and "async", of the observed views."""
    sync_middleware: tuple[str, ...]
    """Names of the middleware that crossed to a thread under ASGI; under WSGI none has to."""
    crossings: Mapping[str, int]
    """Their number by reason."""

    def answers(self) -> dict[str, str]:
        """Return the answers that follow, without those that the traces do not settle."""
        found = {"live": "websockets"} if self.sessions else {}
        if not self.requests:
            return found
        found["traffic"] = _traffic(self.at_once)
        found["work"] = "waiting" if self.waiting >= MOSTLY else "mixed" if self.waiting >= SELDOM else "computing"
        if self.view_modes:
            found["code"] = "mixed" if len(self.view_modes) > 1 else next(iter(self.view_modes))
        if "asgi" in self.interfaces:
            found["middleware"] = "sync" if self.sync_middleware else "async"
        return found

    def sentences(self) -> Iterator[str]:
        """Yield the evidence in sentences."""
        yield (
            f"{self.service}: {self.requests} request{'' if self.requests == 1 else 's'} and "
            f"{self.sessions} WebSocket{'' if self.sessions == 1 else 's'} are kept here, "
            f"with at most {self.at_once} in progress at once."
        )
        if self.requests:
            yield (
                f"{self.waiting:.0%} of their time went to the database and to outgoing calls. The rest was "
                "Python, or waiting that no probe sees."
            )
        if self.sync_middleware:
            yield f"Middleware that switched to a thread: {list_some(self.sync_middleware)}."
        if self.crossings:
            counted = [f"{reason} {count}" for reason, count in self.crossings.items()]
            yield f"Switches between event loop and threads: {list_some(counted)}."


def list_services(spans: Iterable[Span], own: Collection[str]) -> Offer[str]:
    """Offer the observed services by name; those of the fleet (`own`) only if there are no others."""
    names = sorted({span.server for span in spans if span.stage == "server" and span.server})
    return Offer.of([name for name in names if name not in own] or names, MOST_SERVICES)


def gather_evidence(spans: Iterable[Span], service: str) -> Evidence | None:
    """Return what the spans tell about a service; None if it does not occur in them."""
    seen = [span for span in spans if span.server == service]
    sockets = {span.trace_id for span in seen if span.stage in {"session", "handshake"}}
    served = _served(span for span in seen if span.stage == "server")
    if not served:
        return None
    requests = [span for span in served if span.end_ns is not None and span.trace_id not in sockets]
    total_ns = sum(_length(request) for request in requests)
    waits = by_trace(span for span in seen if span.stage in WAITS)
    waited_ns = sum(_covered(waits.get(request.trace_id, ()), request) for request in requests)
    crossings = Counter(
        str(span.attributes[CROSSING_REASON]) for span in seen if span.attributes.get(CROSSING_REASON)
    )
    return Evidence(
        service=service,
        requests=len(requests),
        sessions=len(sockets),
        waiting=waited_ns / total_ns if total_ns else 0.0,
        at_once=_most_at_once(requests),
        interfaces=frozenset(_texts(served, INTERFACE)),
        view_modes=frozenset(_texts((span for span in seen if span.stage == "view"), MODE)) & {"sync", "async"},
        sync_middleware=_sync_middleware(seen),
        crossings=dict(crossings.most_common()),
    )


def _served(spans: Iterable[Span]) -> list[Span]:
    """Return the requests, each once: where our probes tell of one, another instrument tells of the same."""
    traces = by_trace(spans).values()
    ours = ([span for span in trace if INTERFACE in span.attributes] for trace in traces)
    return [span for trace, known in zip(traces, ours, strict=True) for span in known or trace]


def _traffic(at_once: int) -> str:
    bounds = {"few": 10, "dozens": 100, "hundreds": 1_000}
    return next((name for name, most in bounds.items() if at_once <= most), "thousands")


def _texts(spans: Iterable[Span], name: str) -> Iterator[str]:
    return (value for span in spans if isinstance(value := span.attributes.get(name), str))


def _sync_middleware(spans: Iterable[Span]) -> tuple[str, ...]:
    sync = (span for span in spans if span.attributes.get(CROSSING_REASON) == "sync middleware")
    return tuple(sorted({_middleware(str(span.attributes.get(CROSSING_FUNCTION, span.name))) for span in sync}))


def _middleware(function: str) -> str:
    """Return the class of a method such as `process_request`; of a function, the one that made it."""
    owner, _, name = function.partition(".<locals>")[0].rpartition(".")
    return owner.rpartition(".")[2] if name.startswith(("process_", "__")) else name


def _length(span: Span) -> int:
    return max(0, (span.end_ns or span.start_ns) - span.start_ns)


def _covered(spans: Sequence[Span], request: Span) -> int:
    """Return how many nanoseconds of the request the spans cover: parallel waits count once."""
    covered, reached = 0, request.start_ns
    for span in sorted(spans, key=lambda one: one.start_ns):
        end_ns = min(span.end_ns or span.start_ns, request.end_ns or request.start_ns)
        covered += max(0, end_ns - max(span.start_ns, reached))
        reached = max(reached, end_ns)
    return covered


def _most_at_once(requests: Iterable[Span]) -> int:
    # A request that ends at the moment another one starts was not in progress together with it.
    steps = sorted(step for one in requests for step in ((one.start_ns, 1), (one.end_ns or one.start_ns, -1)))
    inside = most = 0
    for _, change in steps:
        inside += change
        most = max(most, inside)
    return most
