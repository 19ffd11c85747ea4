"""Compares what was measured with what was expected: the rounds of a lesson become figures. Pure."""

from collections.abc import Mapping, Sequence
from statistics import median

from dashboard.lessons.lesson import Lesson, Proof
from dashboard.lessons.results import FigureResult
from dashboard.runs.metrics import METRICS
from dashboard.runs.results import RunResult

Round = Mapping[str, RunResult]
"""The finished runs of one round by their firings' names."""


def judge(lesson: Lesson, rounds: Sequence[Round]) -> tuple[FigureResult, ...]:
    """Return the figure of each proof of the lesson, in the lesson's order."""
    return tuple(judge_proof(proof, rounds) for proof in lesson.prove)


def judge_proof(proof: Proof, rounds: Sequence[Round]) -> FigureResult:
    """Return a proof's figure: the median of all rounds, if every one of them gave a value."""
    values = tuple(_read_value(proof, runs) for runs in rounds)
    known = [value for value in values if value is not None]
    measured = median(known) if known and len(known) == len(values) else None
    return FigureResult(
        key=proof.key,
        label=proof.label,
        figure=proof.figure,
        server=proof.server,
        unit=unit_of(proof),
        bound=proof.bound,
        expected=proof.expected,
        allowed=allowed_deviation(proof),
        measured=measured,
        values=values,
        holds=measured is not None and is_met(proof, measured),
    )


def unit_of(proof: Proof) -> str:
    """Return the unit of a proof's figure; a ratio is a number of times."""
    return "times" if proof.is_ratio else METRICS[proof.figure].unit


def allowed_deviation(proof: Proof) -> float:
    """Return how far off a figure may be, in its unit."""
    return max(proof.tolerance * abs(proof.expected), proof.within)


def is_met(proof: Proof, measured: float) -> bool:
    """Return whether a measured figure is where the proof says."""
    margin = allowed_deviation(proof)
    low = proof.expected - margin if proof.bound != "at most" else float("-inf")
    high = proof.expected + margin if proof.bound != "at least" else float("inf")
    return low <= measured <= high


def _read_value(proof: Proof, runs: Round) -> float | None:
    value = _read_metric(runs, proof.fire, proof.server, proof.figure)
    if not proof.is_ratio:
        return value
    divisor = _read_metric(runs, proof.over_fire or proof.fire, proof.over_server or proof.server, proof.figure)
    return value / divisor if value is not None and divisor else None


def _read_metric(runs: Round, fire: str, server: str, metric: str) -> float | None:
    """Return None as well if there is no such run, or nothing was fired at that server."""
    run = runs.get(fire)
    result = run.servers.get(server) if run else None
    return METRICS[metric].read(result) if result and result.requests else None
