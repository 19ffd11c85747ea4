"""Compares two sides step by step: what the same request cost on each, and where the difference comes from. Pure.

A side is one server's part of a recording. Steps are matched by what they mean, not by what they are called: the view
of one side is compared with the view of the other, whatever their functions' names.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.lib.durations import format_duration
from dashboard.traces.attributes import FUNCTION
from dashboard.traces.self_time import UNACCOUNTED, divide
from dashboard.traces.span import Span
from dashboard.traces.stages import STAGES, Stage

NS = 1e9
ALIKE = 0.05
"""Sides whose last answers are this close, as a fraction of the later one, took the same time."""
WORTH_NAMING = 0.2
"""Least fraction of the difference for a step to be named besides the largest one."""
MOST_NAMED = 2

BETWEEN_STAGES = Stage(
    name="unaccounted: the network, and the server outside the application",
    kind="internal",
    reason="where no stage looks: in the network, and in the server outside the application",
)
STEPS = {stage or "other": entry for stage, entry in {**STAGES, UNACCOUNTED: BETWEEN_STAGES}.items()}
"""The stages in the order in which a request reaches them, and what is in none."""


@dataclass(frozen=True, slots=True)
class Side:
    """The requests of `server` in one recording. `label` is its name for readers; `traces` are whole requests."""

    label: str
    server: str
    traces: Sequence[Sequence[Span]]

    @property
    def clients(self) -> list[Span]:
        """The ended client span of each request that has one."""
        found = (next((span for span in trace if span.stage == "client"), None) for trace in self.traces)
        return [span for span in found if span is not None and span.end_ns is not None]

    @property
    def start_ns(self) -> int:
        """When its first request was fired, Unix ns; 0 without any."""
        return min((span.start_ns for span in self.clients), default=0)

    @property
    def first_s(self) -> float:
        """Seconds from firing the first request to the first answer."""
        return (min(_ends(self), default=self.start_ns) - self.start_ns) / NS

    @property
    def last_s(self) -> float:
        """Seconds from firing the first request to the last answer."""
        return (max(_ends(self), default=self.start_ns) - self.start_ns) / NS


@dataclass(frozen=True, slots=True)
class StepCost:
    """What a step cost a request on one side, on average."""

    mean_s: float
    count: float
    """How often a request went through it."""


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One step on both sides."""

    stage: str
    name: str
    a: StepCost
    b: StepCost

    @property
    def difference_s(self) -> float:
        """How many seconds longer a request spent in it on side b; negative when it was shorter."""
        return self.b.mean_s - self.a.mean_s

    @property
    def shorter_s(self) -> float:
        """How many seconds shorter a request spent in it on side b."""
        return -self.difference_s

    @property
    def widest_s(self) -> float:
        """The longer of the two, in seconds."""
        return max(self.a.mean_s, self.b.mean_s)


@dataclass(frozen=True, slots=True)
class Diff:
    """Both sides, their steps in the order of the journey, and the difference in a sentence."""

    a: Side
    b: Side
    rows: tuple[DiffRow, ...]
    slower: Literal["a", "b", ""]
    sentence: str

    @property
    def by_difference(self) -> list[DiffRow]:
        """The steps, the largest difference first."""
        return sorted(self.rows, key=lambda row: abs(row.difference_s), reverse=True)


def diff_sides(a: Side, b: Side) -> Diff:
    """Compare two sides. Raise ValueError, which says which one, if a side has no request that ended."""
    for side in (a, b):
        if not side.clients:
            raise ValueError(f"{side.label} has no request that was fired from here and has ended")
    rows = _match_steps(a, b)
    slower = _find_slower(a, b)
    return Diff(a, b, rows, slower, _summarize(a, b, rows, slower))


def _match_steps(a: Side, b: Side) -> tuple[DiffRow, ...]:
    costs_a, costs_b = _average_costs(a), _average_costs(b)
    order = list(STEPS)
    # A dict, not a set: what came first within a stage, such as the outermost middleware, stays first.
    steps = sorted({**costs_a, **costs_b}, key=lambda step: order.index(step[0]) if step[0] in STEPS else len(order))
    none = StepCost(0.0, 0.0)
    return tuple(
        DiffRow(stage, name, costs_a.get((stage, name), none), costs_b.get((stage, name), none))
        for stage, name in steps
    )


def _average_costs(side: Side) -> dict[tuple[str, str], StepCost]:
    lengths: Counter[tuple[str, str]] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    for trace in side.traces:
        for span in trace:
            counts[_step(span, span.stage or "other")] += 1
        for stretch in divide(trace):
            lengths[_step(stretch.span, stretch.stage)] += stretch.length_ns
    number = len(side.clients)
    return {step: StepCost(lengths[step] / NS / number, counts[step] / number) for step in {**counts, **lengths}}


def _step(span: Span, stage: str) -> tuple[str, str]:
    """Return what a span's time is matched by: its stage, and for a middleware which one it is."""
    if stage == "middleware":
        name = str(span.attributes.get(FUNCTION, span.name))
        return stage, name.rpartition(".")[2].removesuffix("Middleware")
    return stage, STEPS[stage].name if stage in STEPS else stage


def _find_slower(a: Side, b: Side) -> Literal["a", "b", ""]:
    if abs(a.last_s - b.last_s) <= ALIKE * max(a.last_s, b.last_s):
        return ""
    return "a" if a.last_s > b.last_s else "b"


def _summarize(a: Side, b: Side, rows: Sequence[DiffRow], slower: str) -> str:
    if not slower:
        times = f"{format_duration(a.last_s)} and {format_duration(b.last_s)}"
        return f"{a.label} and {b.label} took the same time until the last answer: {times}."
    slow, fast = (a, b) if slower == "a" else (b, a)
    factor = f", {slow.last_s / fast.last_s:.1f} times as long as" if fast.last_s else ", longer than"
    longer, shorter = format_duration(slow.last_s), format_duration(fast.last_s)
    verdict = f"{slow.label} took {longer} until the last answer{factor} {fast.label} ({shorter})."
    return f"{verdict} {_explain(slow, fast, rows, 1 if slower == 'b' else -1)}"


def _explain(slow: Side, fast: Side, rows: Sequence[DiffRow], sign: int) -> str:
    more_s = sign * sum(row.difference_s for row in rows)
    if more_s <= 0:
        if len(slow.clients) != len(fast.clients):
            return f"It had {len(slow.clients)} requests to answer, the other one {len(fast.clients)}."
        return "A single request took no longer there; they were let in later, fewer at a time."
    greatest = sorted(rows, key=lambda row: sign * row.difference_s, reverse=True)
    named = [row for row in greatest[:MOST_NAMED] if sign * row.difference_s >= WORTH_NAMING * more_s]
    parts = [f"{format_duration(sign * row.difference_s)} more {_reason(row)}" for row in named]
    why = " and ".join(parts) or "a little more in each step"
    return f"A request took {format_duration(more_s)} longer on average: {why}."


def _ends(side: Side) -> Iterator[int]:
    return (span.end_ns for span in side.clients if span.end_ns is not None)


def _reason(row: DiffRow) -> str:
    entry = STEPS.get(row.stage)
    return entry.reason if entry and row.name == entry.name else f"in {row.name}"
