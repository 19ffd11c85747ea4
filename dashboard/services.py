"""The composition root: makes the parts of this process and connects them, and does nothing else.

What the runner and the fleet report goes from here to the hub and the database. Only views, commands and `asgi`
import it; the parts below are given what they need.
"""

import asyncio
import functools
import time
from collections.abc import Mapping

from django.conf import settings
from django.template.loader import render_to_string

from dashboard.access.middleware import make_access_middleware
from dashboard.access.roles import Access
from dashboard.fleet.backlog import BacklogMeter
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.panel import render_panel
from dashboard.fleet.supervisor import Fleet
from dashboard.ingest.app import Ingest
from dashboard.interchange.forwarding import Forwarder
from dashboard.interchange.importing import Importer
from dashboard.lecture.desk import LectureDesk
from dashboard.lecture.state import LectureState
from dashboard.lessons import storage as measurements
from dashboard.lessons.attempt_runner import AttemptRunner
from dashboard.live.hub import Hub
from dashboard.live.local_services import LocalServices
from dashboard.measuring.queue import QueueRunner
from dashboard.race.bets import BettingBook
from dashboard.race.runner import RaceRunner
from dashboard.recordings import storage
from dashboard.recordings.backlog import BacklogHistory
from dashboard.recordings.film import BacklogSteps, gather_spans
from dashboard.runs.card import run_html
from dashboard.runs.exclusive import Exclusive
from dashboard.runs.leftover_work import LeftoverWork
from dashboard.runs.results import RunResult
from dashboard.runs.runner import Runner
from dashboard.traces.span import Span

GATHER_CHANGES_S = 0.1
"""The fleet changes in bursts (a state, a pid, log lines); the panel is rendered once per burst."""


def _show_run(run: RunResult) -> None:
    hub.show_fragment("run", run_html(run), run_html(run, can_stop=False), runner.owner_of(run.id) or "")


async def _keep_run(run: RunResult) -> None:
    """Keep a run that has ended, together with its film."""
    leftover_work.note(run)
    _show_run(run)
    spans = spans_of([request.trace_id for server in run.servers.values() for request in server.requests])
    await storage.keep_run(fleet, run, spans, backlog_of(spans))


def spans_of(trace_ids: list[str]) -> list[Span]:
    """Return all that is known of these traces at this moment, including the messages of their WebSockets."""
    return gather_spans(trace_ids, hub.store.trace, hub.store.snapshot)


def backlog_of(spans: list[Span]) -> BacklogSteps:
    """Return how many connections waited in each server's accept queue while these spans lasted."""
    return backlog.during(spans)


def _show_backlog(lengths: dict[str, int]) -> None:
    hub.show_backlog(lengths)
    backlog.record(time.time_ns(), lengths)


class _FleetPanel:
    """Renders the fleet's panel for all viewers, a moment after the fleet changed."""

    def __init__(self) -> None:
        self._due = False

    def show_soon(self) -> None:
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_later(GATHER_CHANGES_S, self._show)

    def _show(self) -> None:
        self._due = False
        hub.show_fragment("fleet", render_panel(fleet, presenter=True), render_panel(fleet, presenter=False))


def ports_of_own_services() -> Mapping[str, set[int]]:
    """Return the ports that each service of somebody's own listens on, by name; none where the fleet is elsewhere."""
    return local_services.ports()


def _show_lecture(state: LectureState) -> None:
    hub.show_fragment("lecture", _lecture_html(state), _lecture_html(state.for_class))


def _lecture_html(state: LectureState) -> str:
    return render_to_string("lecture/_state.html", {"lecture": state})


def _ports() -> dict[str, tuple[int]]:
    return {name: (fleet.layout.port_of(fleet.entry(name)),) for name in fleet.states()}


access = Access.from_environment(settings.DATA_DIR)
"""`manage.py demo` may add keys later."""
access_middleware = make_access_middleware(access)
"""Named in `settings.MIDDLEWARE`: Django makes middleware from a dotted path alone, and would give it no `access`."""
fleet = Fleet(FleetLayout(data=settings.DATA_DIR), remote=settings.REMOTE_SERVERS, access_log=settings.ACCESS_LOG)
"""`manage.py demo` chooses its layout, and the first start brings it to life."""
hub = Hub()
ingest = Ingest(hub)
importer = Importer(fleet)
backlog = BacklogHistory()
runner = Runner(arrived=hub.receive, trace=hub.store.trace, progress=_show_run, finished=_keep_run)
leftover_work = LeftoverWork(lambda name: fleet.state(name).interface)
exclusive = Exclusive(runner.presenter_is_firing, leftover_work.obstacle, runner.displace_class)
attempt_runner = AttemptRunner(fleet, runner, exclusive, measurements.keep_attempt, leftover_work.left_s)
queue_runner = QueueRunner(exclusive)
race_runner = RaceRunner(fleet, runner, queue_runner, measurements.keep_series, exclusive)
betting_book = BettingBook()
lecture_desk = LectureDesk(_show_lecture)
fleet.on_change.append(_FleetPanel().show_soon)
local_services = LocalServices(hub.liveness.local_pid, lambda name: name in fleet.states())
if not fleet.is_remote:
    # The accept queues of other machines are not ours to read.
    backlog_meter = BacklogMeter(_ports, lambda: hub.watched, _show_backlog, local_services.ports)
    fleet.on_change.append(backlog_meter.wake)
    hub.on_changed += [local_services.note, lambda _spans: backlog_meter.wake()]
fleet.on_proxied.append(hub.receive)
if settings.FORWARD_URL:
    hub.on_changed.append(Forwarder(settings.FORWARD_URL, functools.partial(hub.show_notice, "forward")).offer)
