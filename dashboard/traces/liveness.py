"""Which observed processes still live, and how the spans of one that died end. Pure: it is told time and who runs.

A process that is killed says nothing, so its open spans would stay open for ever. There are two ways to notice. On
this machine its id is gone. Elsewhere it falls silent: while it has open spans its probes promise a sign of life
every few seconds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from dashboard.traces.span import DIED, Span

NS = 1_000_000_000
INSTANCES = 1_000
"""Processes remembered; beyond that those that were silent the longest are forgotten, and their spans stay open."""
SILENT_PROMISES = 3
"""A process is dead after so many promised signs that did not come."""
STALLED_S = 2.0
"""A watch that looks later than this was not able to hear anybody: nobody is silent because of that."""
INSTANCE = "service.instance.id"

Runs = Callable[[int, int], bool]
"""(process id, Unix nanoseconds) -> whether the process that had this id at that time still runs on this machine."""


@dataclass(frozen=True, slots=True)
class Host:
    """Where process ids mean something: a machine, and on Linux a namespace within it (a container has its own)."""

    name: str
    pid_namespace: str


@dataclass(frozen=True, slots=True)
class Sign:
    """One process showed that it lives, `age_s` seconds ago. `instance` is its `service.instance.id`."""

    instance: str
    pid: int
    host: Host
    promise_s: float
    """While it has open spans it shows a sign at least this often, in seconds; 0 promises nothing."""
    age_s: float = 0.0


class LifeLedger:
    """The processes that were heard, and when. `now_s` is any clock that never goes back."""

    def __init__(self, here: Host, runs: Runs, instances: int = INSTANCES) -> None:
        self._here = here
        self._runs = runs
        self._limit = instances
        self._signs: dict[str, Sign] = {}
        self._heard_s: dict[str, float] = {}
        self._looked_s: float | None = None

    def note(self, signs: Iterable[Sign], now_s: float) -> None:
        """Take signs in, in any order of arrival, from the processes themselves or from other dashboards."""
        for sign in signs:
            heard_s = max(now_s - sign.age_s, self._heard_s.pop(sign.instance, 0.0))
            self._signs[sign.instance], self._heard_s[sign.instance] = sign, heard_s
        while len(self._heard_s) > self._limit:
            oldest = next(iter(self._heard_s))
            del self._heard_s[oldest], self._signs[oldest]

    def recent(self, now_s: float) -> list[Sign]:
        """Who was heard within its promise: what another dashboard needs to reach the same conclusions."""
        aged = (replace(sign, age_s=now_s - self._heard_s[name]) for name, sign in self._signs.items())
        return [sign for sign in aged if sign.age_s < SILENT_PROMISES * sign.promise_s]

    def died(self, open_spans: Iterable[Span], now_s: float, now_ns: int) -> list[Span]:
        """The final versions of those open spans whose process is dead; `now_ns` is the same moment in Unix time."""
        self._forgive_a_stall(now_s)
        by_instance: dict[str, list[Span]] = {}
        for span in open_spans:
            by_instance.setdefault(str(span.attributes.get(INSTANCE, "")), []).append(span)
        found: list[Span] = []
        for instance, spans in by_instance.items():
            silent_s = self._dead_for_s(instance, spans, now_s)
            if silent_s is not None:
                end_ns = now_ns - int(silent_s * NS)
                found += [_died(span, self._signs[instance].pid, end_ns) for span in spans]
        return found

    def _dead_for_s(self, instance: str, spans: list[Span], now_s: float) -> float | None:
        """For how many seconds the process is known to be dead; None while it lives, or nobody can know."""
        sign = self._signs.get(instance)
        if sign is None:
            return None
        if sign.host == self._here:
            return None if self._runs(sign.pid, max(span.start_ns for span in spans)) else 0.0
        silent_s = now_s - self._heard_s[instance]
        return silent_s if sign.promise_s and silent_s > SILENT_PROMISES * sign.promise_s else None

    def _forgive_a_stall(self, now_s: float) -> None:
        stalled_s = 0.0 if self._looked_s is None else now_s - self._looked_s
        if stalled_s > STALLED_S:
            self._heard_s = {name: min(now_s, heard_s + stalled_s) for name, heard_s in self._heard_s.items()}
        self._looked_s = now_s


def _died(span: Span, pid: int, end_ns: int) -> Span:
    """The version of an open span that ended with its process. Not stamped: it is news to whoever takes it in."""
    end_ns = max(end_ns, span.start_ns)
    sentence = f"died with worker {pid} after {(end_ns - span.start_ns) / NS:.1f} s"
    about = {**span.attributes, DIED: True, "error.type": "worker_died", "otel.status_description": sentence}
    return replace(span, end_ns=end_ns, status="error", attributes=about, received_ns=0)
