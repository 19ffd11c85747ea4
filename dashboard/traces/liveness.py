"""Which observed processes are alive, and how the spans of a dead one end. Pure: it is given the time.

A process that is killed reports nothing, so its open spans would stay open for ever. There are two ways to notice. On
this machine its process id is gone. Elsewhere it falls silent: while it has open spans, its probes send a heartbeat
every few seconds.

A request in progress has died with its process. One that had been answered has not: its end was not told.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from dashboard.traces.attributes import DIED, END_NOT_TOLD, ERROR_TYPE, SERVICE_INSTANCE, STATUS_DESCRIPTION
from dashboard.traces.completion import completed_ns, find_request
from dashboard.traces.span import Span

NS = 1_000_000_000
MOST_PROCESSES = 1_000
"""Processes tracked; beyond that those silent the longest are forgotten, and their spans stay open."""
MISSED_HEARTBEATS = 3
"""Missed heartbeats after which a process counts as dead."""
STALLED_S = 2.0
"""When checks are further apart than this, the dashboard itself was stalled: silence in between proves nothing."""

IsRunning = Callable[[int, int], bool]
"""(process id, Unix nanoseconds) -> whether the process that had this id at that time still runs on this machine."""
TraceOf = Callable[[str], Sequence[Span]]
"""Trace id -> the known spans of that trace."""


@dataclass(frozen=True, slots=True)
class Host:
    """Where a process id is valid: a machine, and on Linux a namespace within it (each container has its own)."""

    name: str
    pid_namespace: str


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Proof that a process was alive `age_s` seconds ago. `instance` is its `service.instance.id`."""

    instance: str
    pid: int
    host: Host
    interval_s: float
    """Longest time between heartbeats while it has open spans, in seconds; 0 if it promises none."""
    age_s: float = 0.0
    sender: str = ""
    """Who said so, as of `access.sending.sender_of`."""

    def contradicts(self, known: "Heartbeat") -> bool:
        """Return whether somebody else says otherwise of the same instance, whose id stands on every screen."""
        says, knew = (self.pid, self.host, self.interval_s), (known.pid, known.host, known.interval_s)
        return self.sender != known.sender and says != knew


class LivenessTracker:
    """The last heartbeat of each process. `now_s` is any monotonic clock."""

    def __init__(self, here: Host, is_running: IsRunning, limit: int = MOST_PROCESSES) -> None:
        self._here = here
        self._is_running = is_running
        self._limit = limit
        self._heartbeats: dict[str, Heartbeat] = {}
        self._heard_s: dict[str, float] = {}
        self._checked_s: float | None = None

    def record(self, heartbeats: Iterable[Heartbeat], now_s: float) -> None:
        """Record heartbeats in any order of arrival, from the processes themselves or from other dashboards.

        Whoever spoke first for an instance is believed: another could have its spans end by naming a dead process.
        """
        for heartbeat in heartbeats:
            known = self._heartbeats.get(heartbeat.instance)
            if known and heartbeat.contradicts(known):
                continue
            heard_s = max(now_s - heartbeat.age_s, self._heard_s.pop(heartbeat.instance, 0.0))
            self._heartbeats[heartbeat.instance], self._heard_s[heartbeat.instance] = heartbeat, heard_s
        while len(self._heard_s) > self._limit:
            oldest = next(iter(self._heard_s))
            del self._heard_s[oldest], self._heartbeats[oldest]

    def local_pid(self, instance: str) -> int | None:
        """Return the process id behind a `service.instance.id` if that process is on this machine, else None."""
        heartbeat = self._heartbeats.get(instance)
        return heartbeat.pid if heartbeat and heartbeat.host == self._here else None

    def recent(self, now_s: float) -> list[Heartbeat]:
        """Return the heartbeats that are not overdue: what another dashboard needs to reach the same conclusions."""
        aged = (replace(one, age_s=now_s - self._heard_s[name]) for name, one in self._heartbeats.items())
        return [one for one in aged if one.age_s < MISSED_HEARTBEATS * one.interval_s]

    def end_orphans(self, open_spans: Iterable[Span], trace_of: TraceOf, now_s: float, now_ns: int) -> list[Span]:
        """Return the final versions of the open spans whose process is dead; `now_ns` is `now_s` in Unix time."""
        self._forgive_a_stall(now_s)
        by_instance: dict[str, list[Span]] = {}
        for span in open_spans:
            by_instance.setdefault(str(span.attributes.get(SERVICE_INSTANCE, "")), []).append(span)
        ended: list[Span] = []
        for instance, spans in by_instance.items():
            silent_s = self._dead_for_s(instance, spans, now_s)
            if silent_s is not None:
                end_ns = now_ns - int(silent_s * NS)
                pid = self._heartbeats[instance].pid
                ended += [_end_orphan(span, trace_of(span.trace_id), pid, end_ns) for span in spans]
        return ended

    def _dead_for_s(self, instance: str, spans: list[Span], now_s: float) -> float | None:
        """Return for how many seconds the process has been dead; None if it is alive or that cannot be known."""
        heartbeat = self._heartbeats.get(instance)
        if heartbeat is None:
            return None
        if heartbeat.host == self._here:
            return None if self._is_running(heartbeat.pid, max(span.start_ns for span in spans)) else 0.0
        silent_s = now_s - self._heard_s[instance]
        interval_s = heartbeat.interval_s
        return silent_s if interval_s and silent_s > MISSED_HEARTBEATS * interval_s else None

    def _forgive_a_stall(self, now_s: float) -> None:
        stalled_s = 0.0 if self._checked_s is None else now_s - self._checked_s
        if stalled_s > STALLED_S:
            self._heard_s = {name: min(now_s, heard_s + stalled_s) for name, heard_s in self._heard_s.items()}
        self._checked_s = now_s


def _end_orphan(span: Span, trace: Sequence[Span], pid: int, end_ns: int) -> Span:
    """Return the span, ended with its request's answer if that was complete, else with its process.

    It has no `received_ns`: whoever takes it in stamps it as new.
    """
    request = find_request(span, trace)
    answered_ns = None if request is None else completed_ns(request, trace)
    if answered_ns is not None:
        # What began after the answer ended at a moment that nobody knows, at the latest with its process.
        end_ns = max(answered_ns if span.start_ns <= answered_ns else end_ns, span.start_ns)
        return structs.replace(span, end_ns=end_ns, attributes={**span.attributes, END_NOT_TOLD: True}, received_ns=0)
    end_ns = max(end_ns, span.start_ns)
    description = f"died with worker {pid} after {(end_ns - span.start_ns) / NS:.1f} s"
    attributes = {**span.attributes, DIED: True, ERROR_TYPE: "worker_died", STATUS_DESCRIPTION: description}
    return structs.replace(span, end_ns=end_ns, status="error", attributes=attributes, received_ns=0)
