"""An attempt: one lesson while it is carried out, round after round, and what it has found so far."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from dashboard.lessons.diagnosis import reasons, unreached
from dashboard.lessons.lesson import Firing, Lesson
from dashboard.lessons.verdict import Finding, findings
from dashboard.runs.results import RunResult

State = Literal["running", "done", "failed", "stopped"]
MOST_ROUNDS = 20


@dataclass(slots=True, eq=False)
class Attempt:
    """`rounds` holds the finished runs by the firing's name; the last round may not be whole yet."""

    lesson: Lesson
    repeat: int
    dry: bool = False
    """Each firing is one short request, which shows whether the lesson can be carried out; nothing is measured."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    state: State = "running"
    error: str = ""
    """Why it failed, in one sentence."""
    firing: Firing | None = None
    """What is being fired."""
    under_way: list[str] = field(default_factory=list)
    """The ids of the runs that are being fired."""
    rounds: list[dict[str, RunResult]] = field(default_factory=list)
    surroundings: Mapping[str, Any] = field(default_factory=dict)
    others: bool = False
    """Somebody else fired at the same time."""
    unsettled_s: float = 0.0
    """For how long its servers still worked for a run that was stopped, when it began."""
    task: asyncio.Task[None] | None = None

    @property
    def whole_rounds(self) -> list[dict[str, RunResult]]:
        """The rounds of which every run has ended."""
        return [runs for runs in self.rounds if len(runs) == len(self.lesson.fire)]

    def as_json(self) -> dict[str, Any]:
        """For scripts and pages. `expected`, `measured` and `spread` are by the proofs' keys."""
        found = findings(self.lesson, self.whole_rounds)
        done = self.state == "done"
        return {
            "id": self.id,
            "lesson": self.lesson.number,
            "title": self.lesson.title,
            "state": self.state,
            "repeat": self.repeat,
            "dry": self.dry,
            "round": len(self.rounds),
            "firing": self.firing.name if self.firing else "",
            "servers": list(self.firing.servers) if self.firing else [],
            "under_way": list(self.under_way),
            "error": self.error,
            "holds": all(finding.holds for finding in found) if done and not self.dry else None,
            "expected": {finding.proof.key: finding.proof.expected for finding in found},
            "measured": {finding.proof.key: finding.measured for finding in found},
            "spread": {finding.proof.key: finding.spread for finding in found},
            "runs": [run.id for runs in self.rounds for run in runs.values()],
            "figures": [finding.as_json() for finding in found],
            "reasons": self._reasons(found) if done else [],
            "surroundings": dict(self.surroundings),
        }

    def _reasons(self, found: Sequence[Finding]) -> list[str]:
        if self.dry:
            return list(unreached(self.lesson, self.whole_rounds))
        return list(
            reasons(found, self.whole_rounds, self.surroundings, others=self.others, unsettled_s=self.unsettled_s)
        )
