"""What was measured beside what was expected: figures of a lesson's rounds become findings. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from dashboard.lessons.lesson import Lesson, Proof
from dashboard.runs.metrics import METRICS
from dashboard.runs.results import RunResult

Round = Mapping[str, RunResult]
"""One round of a lesson: the finished runs by the firings' names."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One proof and what became of it. `values` has one item per round, None where nothing was measured."""

    proof: Proof
    values: tuple[float | None, ...]

    @property
    def unit(self) -> str:
        """The unit of its figure; a ratio is so many times."""
        return "times" if self.proof.is_ratio else METRICS[self.proof.figure].unit

    @property
    def known(self) -> tuple[float, ...]:
        """The values that were measured."""
        return tuple(value for value in self.values if value is not None)

    @property
    def measured(self) -> float | None:
        """The median of all rounds; None unless every round gave a value."""
        return median(self.known) if self.values and len(self.known) == len(self.values) else None

    @property
    def spread(self) -> tuple[float, float] | None:
        """The least and the most of all rounds."""
        return (min(self.known), max(self.known)) if self.known else None

    @property
    def holds(self) -> bool:
        """Whether the median is where the lesson says."""
        return self.measured is not None and is_met(self.proof, self.measured)

    def as_json(self) -> dict[str, Any]:
        """For scripts and pages."""
        return {
            "key": self.proof.key,
            "label": self.proof.label,
            "figure": self.proof.figure,
            "server": self.proof.server,
            "unit": self.unit,
            "bound": self.proof.bound,
            "expected": self.proof.expected,
            "allowed": allowed(self.proof),
            "measured": self.measured,
            "values": list(self.values),
            "holds": self.holds,
        }


def findings(lesson: Lesson, rounds: Sequence[Round]) -> tuple[Finding, ...]:
    """Every proof of the lesson, in its order."""
    return tuple(Finding(proof, tuple(_value(proof, one) for one in rounds)) for proof in lesson.prove)


def allowed(proof: Proof) -> float:
    """How far off a proof still holds, in its unit."""
    return max(proof.tolerance * abs(proof.expected), proof.within)


def is_met(proof: Proof, measured: float) -> bool:
    """Whether a measured figure is where the proof says."""
    margin = allowed(proof)
    low = proof.expected - margin if proof.bound != "at most" else float("-inf")
    high = proof.expected + margin if proof.bound != "at least" else float("inf")
    return low <= measured <= high


def _value(proof: Proof, runs: Round) -> float | None:
    value = _read(runs, proof.fire, proof.server, proof.figure)
    if not proof.is_ratio:
        return value
    over = _read(runs, proof.over_fire or proof.fire, proof.over_server or proof.server, proof.figure)
    return value / over if value is not None and over else None


def _read(runs: Round, fire: str, server: str, figure: str) -> float | None:
    """None as well when the run did not come about, or nothing was fired at that server."""
    result = runs[fire].servers.get(server) if fire in runs else None
    return METRICS[figure].read(result) if result and result.requests else None
