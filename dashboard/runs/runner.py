"""Fires an order at the fleet and follows it: order -> requests -> spans and progress -> the finished run.

Bursts come from here and not from the page, because a browser opens at most six connections to one origin.
Everything runs on the server's event loop; the database is touched once, when a run has ended.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from msgspec.structs import replace

from dashboard.lib.job import Job
from dashboard.lib.not_kept import log_not_kept
from dashboard.runs.client import open_client
from dashboard.runs.client_request import ClientRequest, Observe
from dashboard.runs.measurement import compare, join_heard_spread, measure_request, summarize_server
from dashboard.runs.orders import Order, OrderError
from dashboard.runs.rendezvous import Rendezvous
from dashboard.runs.request_spec import RequestSpec
from dashboard.runs.results import Ending, RequestResult, RunResult, ServerResult
from dashboard.runs.target import Target
from dashboard.traces.span import Span

logger = logging.getLogger(__name__)

NOWHERE: Mapping[str, Target] = MappingProxyType({})
MAX_ACTIVE_RUNS = 4
"""Runs of the presenter, and of whatever measures for the presenter, at the same time."""
MAX_CLASS_RUNS = 3
"""Runs of all class members together, beside those; each member has one."""
PROGRESS_EVERY_S = 0.25
PROGRESS_SHARE = 0.05
"""At most about this share of the loop's time goes into progress reports: requests are fired from it as well."""
SPANS_ARRIVE_WITHIN_S = 2.0
"""How long a finished run waits for the last spans of its requests before it is summed up."""
LOOK_EVERY_S = 0.05
MAX_UNKEPT_RUNS = 20
"""How many finished runs that the database did not take (the disk may be full) are shown from memory."""


@dataclass(slots=True, eq=False)
class ActiveRun:
    """A run while it is fired. The requests of a server are in the order in which they were sent."""

    order: Order
    owner: str = ""
    """The id of the class member who fired it; "" for the presenter."""
    within_s: float | None = None
    """How long it may last."""
    lesson: int | None = None
    """The number of the lesson that it is fired for."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    requests: dict[str, list[ClientRequest]] = field(default_factory=dict)
    uninstrumented: dict[str, list[ClientRequest]] = field(default_factory=dict)
    """The same at processes without the instrument, fired when all others have ended."""
    uninstrumented_ns: int = 0
    """When they began."""
    note: Ending = Ending.COMPLETE
    started_ns: dict[str, int] = field(default_factory=dict)
    measured: dict[str, RequestResult] = field(default_factory=dict)
    """Results of requests that are complete, by trace id: they are worked out once."""
    rendezvous: Rendezvous = field(init=False)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    job: Job = field(init=False)
    result: RunResult | None = None
    """What was measured, once its job has ended."""

    def __post_init__(self) -> None:
        self.rendezvous = self.new_rendezvous()

    def new_rendezvous(self) -> Rendezvous:
        """Return a meeting of as many phones as one firing of the order has."""
        return Rendezvous(self.order.count * len(self.order.servers), self.id)

    async def wait(self) -> RunResult:
        """Wait until it has ended and was kept, and return what it measured."""
        await self.job.wait()
        if self.result is None:
            raise RuntimeError(f"run {self.id} ended without a result")
        return self.result

    def result_with(self, servers: dict[str, ServerResult]) -> RunResult:
        """Return the run as it stands, with what its servers have done."""
        return RunResult(
            **self.order.fields(),
            id=self.id,
            state="done" if self.done.is_set() else "running",
            note=self.note,
            lesson=self.lesson,
            servers=servers,
        )


class Runner:
    """Owns the active runs.

    `arrived` takes the client's spans, `trace` gives what is known of a trace, `progress` is called with a run
    again and again while it goes on, `finished` once at its end.
    """

    def __init__(
        self,
        arrived: Callable[[Sequence[Span]], None],
        trace: Callable[[str], Sequence[Span]],
        progress: Callable[[RunResult], None],
        finished: Callable[[RunResult], Awaitable[None]],
    ) -> None:
        self._arrived = arrived
        self._trace = trace
        self._progress = progress
        self._finished = finished
        self._active: dict[str, ActiveRun] = {}
        self._unkept: dict[str, RunResult] = {}
        self._displacing: set[asyncio.Task[None]] = set()

    def start(
        self,
        order: Order,
        targets: Mapping[str, Target],
        uninstrumented: Mapping[str, Target] = NOWHERE,
        *,
        owner: str = "",
        within_s: float | None = None,
        lesson: int | None = None,
    ) -> ActiveRun:
        """Begin to fire and return at once. `targets` says where each server of the order is reached, and
        `uninstrumented` where the process without the instrument is that each is to be compared with.

        `owner` is the class member whose run it is, and after `within_s` seconds it is ended. `lesson` is the number
        of the lesson that it belongs to. Raise OrderError when too many runs are in progress.
        """
        self._check_room(owner)
        run = ActiveRun(order, owner, within_s, lesson)
        self._active[run.id] = run
        run.job = Job(self._carry_out(run, targets, uninstrumented), f"run {run.id}")
        return run

    def _check_room(self, owner: str) -> None:
        """Raise OrderError when no place is left. Members take none of the presenter's, and none twice."""
        owners = [run.owner for run in self._active.values() if bool(run.owner) == bool(owner)]
        if owner and owner in owners:
            raise OrderError("Your last run is still in progress: wait for its end, or stop it.")
        most = MAX_CLASS_RUNS if owner else MAX_ACTIVE_RUNS
        if len(owners) >= most:
            whose = "runs of the class" if owner else "runs"
            raise OrderError(f"{most} {whose} are already in progress: wait for one to end, or stop it.")

    def owner_of(self, run_id: str) -> str | None:
        """Return the class member whose run is in progress, "" for the presenter's; None for any other run."""
        run = self._active.get(run_id)
        return run.owner if run else None

    def displace_class(self) -> None:
        """End the runs of class members, since the presenter begins to measure. They end within a moment."""
        for run in self._active.values():
            if run.owner and not run.done.is_set():
                run.note = Ending.DISPLACED
                task = asyncio.get_running_loop().create_task(run.job.cancel())
                self._displacing.add(task)
                task.add_done_callback(self._displacing.discard)

    def look(self, run_id: str) -> RunResult | None:
        """Return an active run as it stands, or one that could not be kept; None for any other."""
        run = self._active.get(run_id)
        return self.describe(run) if run else self._unkept.get(run_id)

    def describe(self, run: ActiveRun) -> RunResult:
        """Return what was measured of an active run so far."""
        return run.result_with(join_heard_spread({server: self._measure(run, server) for server in run.requests}))

    def under_way(self) -> frozenset[str]:
        """Return the ids of the runs that are being fired; those that are only being kept disturb nobody."""
        return frozenset(run_id for run_id, run in self._active.items() if not run.done.is_set())

    def presenter_is_firing(self) -> bool:
        """Return whether a run is being fired that is not a class member's."""
        return any(not run.owner and not run.done.is_set() for run in self._active.values())

    def compared_servers(self) -> frozenset[str]:
        """Return the servers of all active runs that also use a process without the instrument."""
        orders = [run.order for run in self._active.values() if run.order.uninstrumented]
        return frozenset(server for order in orders for server in order.servers)

    def is_under_way(self, run_id: str) -> bool:
        """Return whether a run is being fired or kept; this is cheaper than `look`."""
        return run_id in self._active

    async def stop(self, run_id: str) -> RunResult | None:
        """End a run now, break off its requests, and return it; None if no such run is in progress."""
        run = self._active.get(run_id)
        # One that is done is being kept: to cancel that would lose it.
        if run is None or run.done.is_set():
            return None
        run.note = Ending.STOPPED
        await run.job.cancel()
        await run.done.wait()
        return self.describe(run)

    async def _carry_out(
        self, run: ActiveRun, targets: Mapping[str, Target], uninstrumented: Mapping[str, Target]
    ) -> None:
        # One clock for all servers: what is heard on one was perhaps said on another.
        run.started_ns = dict.fromkeys(run.order.servers, time.time_ns())
        reporter = asyncio.create_task(self._report_progress(run))
        try:
            async with asyncio.timeout(run.within_s), asyncio.TaskGroup() as group:
                for server in run.order.servers:
                    group.create_task(self._fire_at(run, server, targets[server]))
            await self._wait_for_spans(run)
            await self._fire_uninstrumented(run, uninstrumented)
        except TimeoutError:
            run.note = Ending.OVERDUE
        except asyncio.CancelledError:
            # Asked for by `stop`, which waits for the end below; or the process ends and nobody waits.
            pass
        except Exception:
            logger.exception("run %s failed", run.id)
            run.note = Ending.FAILED
        finally:
            reporter.cancel()
            run.done.set()
            await self._finish(run)

    async def _finish(self, run: ActiveRun) -> None:
        """Sum the run up and have it kept. Whatever goes wrong here, the run makes room for others."""
        try:
            run.result = self.describe(run)
            await self._finished(run.result)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run stays in memory
            log_not_kept(logger, f"run {run.id}", error)
            self._remember(run)
        finally:
            del self._active[run.id]

    def _remember(self, run: ActiveRun) -> None:
        """Keep a run in memory that the database did not take."""
        if run.result:
            self._unkept[run.id] = run.result
        if len(self._unkept) > MAX_UNKEPT_RUNS:
            del self._unkept[next(iter(self._unkept))]

    async def _fire_at(self, run: ActiveRun, server: str, target: Target) -> None:
        requests = run.requests[server] = []
        await _fire_all(run, server, target, requests, run.rendezvous, observe=lambda span: self._arrived([span]))

    async def _fire_uninstrumented(self, run: ActiveRun, targets: Mapping[str, Target]) -> None:
        """Fire the same once more where nothing is observed, so that no viewer sees a request that goes nowhere."""
        rendezvous = run.new_rendezvous()
        run.uninstrumented_ns = time.time_ns()
        async with asyncio.TaskGroup() as group:
            for server, target in targets.items():
                requests = run.uninstrumented[server] = []
                group.create_task(_fire_all(run, server, target, requests, rendezvous, observe=_overlook))

    async def _report_progress(self, run: ActiveRun) -> None:
        while True:
            begun = time.monotonic()
            self._progress(self.describe(run))
            took_s = time.monotonic() - begun
            await asyncio.sleep(max(PROGRESS_EVERY_S, took_s / PROGRESS_SHARE))

    async def _wait_for_spans(self, run: ActiveRun) -> None:
        """Wait until the last spans of every request that a server got are here, or give up on them.

        A server may go on long after its client left; what it does then is what such a run is about.
        """
        requests = [request for each in run.requests.values() for request in each]
        waiting = {request.trace_id for request in requests if request.status or request.left}
        longer_s = run.order.all_served_s if any(request.left for request in requests) else 0.0
        deadline = time.monotonic() + SPANS_ARRIVE_WITHIN_S + longer_s
        while waiting and time.monotonic() < deadline:
            waiting = {trace_id for trace_id in waiting if not _is_complete(run.order, self._trace(trace_id))}
            await asyncio.sleep(LOOK_EVERY_S if waiting else 0)

    def _measure(self, run: ActiveRun, server: str) -> ServerResult:
        observed = [self._result(run, server, request) for request in run.requests[server]]
        result = summarize_server(observed)
        bare = [request.result(run.uninstrumented_ns) for request in run.uninstrumented.get(server, [])]
        # Compared only once all of it is there: half a run would be another run.
        is_whole = (
            run.note is Ending.COMPLETE and len(bare) == run.order.count and all(request.ended for request in bare)
        )
        return replace(result, compared=compare(observed, bare)) if is_whole else result

    def _result(self, run: ActiveRun, server: str, request: ClientRequest) -> RequestResult:
        if known := run.measured.get(request.trace_id):
            return known
        spans = self._trace(request.trace_id)
        result = measure_request(request.result(run.started_ns[server]), spans)
        if request.ended_ns and _is_complete(run.order, spans):
            run.measured[request.trace_id] = result
        return result


async def _fire_all(
    run: ActiveRun,
    server: str,
    target: Target,
    requests: list[ClientRequest],
    rendezvous: Rendezvous,
    *,
    observe: Observe,
) -> None:
    """Fire all requests of a run at one server, each noted in `requests` when it is sent."""
    order = run.order
    places = asyncio.Semaphore(order.concurrency)

    async def send(index: int) -> None:
        async with places:
            spec = RequestSpec(order, run.id, server, index, target)
            request = ClientRequest(spec, observe)
            requests.append(request)
            await request.carry_out(exchange)

    async with open_client(order, server, target, rendezvous) as exchange, asyncio.TaskGroup() as group:
        for index in range(1, order.count + 1):
            group.create_task(send(index))


def _overlook(_span: Span) -> None:
    """Take no notice of a request that is measured by its client alone."""


def _is_complete(order: Order, spans: Sequence[Span]) -> bool:
    """Return whether all of the trace has ended, with the server's side or a proxy that saw no answer of it."""
    proxy = next((span for span in spans if span.stage == "proxy"), None)
    if order.via and proxy is None:
        return False
    reached = any(span.stage == "server" for span in spans) or (proxy is not None and proxy.status == "error")
    return reached and all(span.end_ns is not None for span in spans)
