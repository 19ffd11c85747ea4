"""What a run measured, as it is worked out, kept in the database and sent as JSON: one type for each part. Pure.

`msgspec.to_builtins` and `msgspec.convert` lead to the JSON of GET /runs/ID and back; `measurement` fills it in.
"""

from enum import StrEnum
from typing import Literal

from msgspec import Struct, field

from dashboard.runs.orders import OrderFields


class Ending(StrEnum):
    """Why a run ended early, in the words of its JSON; empty for one that did not."""

    COMPLETE = ""
    STOPPED = "stopped"
    OVERDUE = "ended: a run of the class may not last longer"
    DISPLACED = "ended: the presenter began to measure"
    FAILED = "failed: the dashboard's log says why"

    @property
    def leaves_work(self) -> bool:
        """Whether requests were broken off that servers may still work on."""
        return self not in {Ending.COMPLETE, Ending.FAILED}


class RequestResult(Struct, frozen=True, kw_only=True):
    """One request, measured on both sides. None where nothing was measured, never a guess.

    Times without a clock of their own are seconds after the run's start.
    """

    trace_id: str
    index: int
    status: int | None = None
    """None while it runs and when no answer came."""
    error: str = ""
    ended: bool = True
    """Whether the client is done with it: answered, failed, left or stopped."""
    left: bool = False
    """Whether the client left on purpose, which is no failure of the server's."""
    queue_s: float | None = None
    view_s: float | None = None
    """The time in the view; for a WebSocket, how long its session was open."""
    total_s: float = 0.0
    protocol: str | None = None
    """The version of HTTP that the answer came in."""
    chunks_s: tuple[float, ...] = ()
    """When chunks of the body arrived, seconds after the request's start; at most the first 256."""
    largest_gap_s: float | None = None
    """The longest silence between two beats of a heartbeat; None for any other request."""
    steps_after: int | None = None
    """Queries begun and chunks made by the server after the client had left; None if it stayed."""
    unaccounted_s: float | None = None
    pid: int | None = None
    thread: str | None = None
    stages: dict[str, float] = field(default_factory=dict)
    """Seconds that each stage itself took; with `unaccounted` they add up to the client's total."""
    started_s: float = 0.0
    """When it was fired."""
    served_s: float | None = None
    """When it began to be served: its view or session began, or a piece of the answer came."""
    served_until_s: float | None = None
    """When the server had finished with it; until then a thread that serves it takes no other."""
    all_threads: dict[str, tuple[float, float]] = field(default_factory=dict)
    """When each thread of the server that did anything for it was needed, by ``process id/name``."""
    loops: tuple[str, ...] = ()
    """Every event loop that ran any part of it, as ``process id/number``."""
    crossings: int = 0
    """Hops between the sync and the async world."""
    heard_s: float | None = None
    """When the phone heard the announcement, on the clock of all servers of the run; None for any other request."""
    slow: bool = False
    """Whether it is the phone that reads nothing for a while."""
    lag_s: float | None = None
    """The longest that one of its coroutines held its event loop; None if no coroutine ran."""
    instrument_s: float | None = None
    """What the instrument took for it in the server's process, its sender included; None if that was not told."""


class ClientFigures(Struct, frozen=True, kw_only=True):
    """What the client's clock alone tells of one server's part of a run. None where nothing was answered."""

    answers: int
    errors: int
    median_s: float | None = None
    """The median time of an answer."""
    p95_s: float | None = None
    """The time within which 95 of 100 answers came."""
    last_s: float | None = None
    per_second: float | None = None
    """Answers a second, until the last."""


class Comparison(Struct, frozen=True, kw_only=True):
    """The same requests at the observed process and at one without the instrument, after each other."""

    observed: ClientFigures
    uninstrumented: ClientFigures
    median_s: float | None = None
    """How much longer the median answer of the observed process took."""
    p95_s: float | None = None
    per_second: float | None = None
    """How many more answers a second the observed process gave; usually less than 0."""


class ServerResult(Struct, frozen=True, kw_only=True):
    """One server's part of a run. Times are seconds after the run's start."""

    wall_s: float | None = None
    first_s: float | None = None
    last_s: float | None = None
    waiting_s: float | None = None
    """The longest wait in the queue."""
    view_s: float | None = None
    """The median time in the view, or in session."""
    processes: int = 0
    threads: int = 0
    """Distinct threads that ran the view or the consumer, or, under WSGI without Django's stages, that called the
    application.
    """
    errors: int = 0
    steps_after: int | None = None
    """All steps made for clients that had left; None if none left."""
    largest_gap_s: float | None = None
    """The longest gap of all heartbeats; None if there was none."""
    all_threads: int = 0
    """Distinct threads that did anything for these requests, not only in the view."""
    threads_at_once: int = 0
    """The most of them needed at the same time, each from the first to the last part of its work."""
    loops: int = 0
    """Distinct event loops that ran any part of these requests."""
    crossings: int = 0
    """Hops between the sync and the async world."""
    lag_s: float | None = None
    """The longest that one coroutine held its event loop at a stretch; None if none ran."""
    accounted: float | None = None
    """The smallest share of a request's total that named stages own, 0 to 1."""
    heard_spread_s: float | None = None
    """From the first phone that heard the announcement to the last, over all servers of the run and without the slow
    one; None if no phone heard anything.
    """
    admitted: int = 0
    """Requests in service before the first of all had ended."""
    per_second: float | None = None
    """Answers a second, until the last."""
    median_s: float | None = None
    """The median time of an answer."""
    instrument_s: float | None = None
    """The median of what the instrument took of a request; None if no request tells."""
    compared: Comparison | None = None
    """Beside a process without the instrument; None if that was not asked for, or not measured."""
    requests: tuple[RequestResult, ...] = ()

    @property
    def ended(self) -> int:
        """How many requests the client is done with."""
        return sum(request.ended for request in self.requests)


class RunResult(OrderFields, frozen=True, kw_only=True):
    """A run as it stands: its order, and what each of its servers did by name."""

    id: str
    state: Literal["running", "done"] = "running"
    note: Ending = Ending.COMPLETE
    lesson: int | None = None
    """The number of the lesson that it was fired for."""
    servers: dict[str, ServerResult] = field(default_factory=dict)
