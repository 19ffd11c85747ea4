"""An attempt: one lesson while it is carried out, round after round, and what it has found so far."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from dashboard.lessons.diagnosis import explain_deviations, find_unanswered
from dashboard.lessons.lesson import Firing, Lesson
from dashboard.lessons.results import AttemptResult, FigureResult, State
from dashboard.lessons.verdict import judge
from dashboard.lib.job import Job
from dashboard.runs.results import RunResult
from dashboard.runs.surroundings import Surroundings

MOST_ROUNDS = 20


@dataclass(slots=True, eq=False)
class Attempt:
    """`rounds` holds the finished runs by their firings' names; the last round may not be whole yet."""

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
    surroundings: Surroundings | None = None
    disturbed: bool = False
    """Something else was fired at the same time."""
    leftover_s: float = 0.0
    """How long its servers were still busy with a stopped run when it began, in seconds."""
    job: Job | None = None

    @property
    def whole_rounds(self) -> list[dict[str, RunResult]]:
        """The rounds of which every run has ended."""
        return [runs for runs in self.rounds if len(runs) == len(self.lesson.fire)]

    def result(self) -> AttemptResult:
        """Return what it has found so far."""
        figures = judge(self.lesson, self.whole_rounds)
        done = self.state == "done"
        return AttemptResult(
            id=self.id,
            lesson=self.lesson.number,
            variation=self.lesson.slug.removeprefix(str(self.lesson.number)),
            title=self.lesson.title,
            state=self.state,
            repeat=self.repeat,
            dry=self.dry,
            round=len(self.rounds),
            firing=self.firing.name if self.firing else "",
            servers=self.firing.servers if self.firing else (),
            under_way=tuple(self.under_way),
            error=self.error,
            holds=all(figure.holds for figure in figures) if done and not self.dry else None,
            expected={figure.key: figure.expected for figure in figures},
            measured={figure.key: figure.measured for figure in figures},
            spread={figure.key: figure.spread for figure in figures},
            runs=tuple(run.id for runs in self.rounds for run in runs.values()),
            figures=figures,
            reasons=self._explain(figures) if done else (),
            surroundings=self.surroundings,
        )

    def _explain(self, figures: Sequence[FigureResult]) -> tuple[str, ...]:
        if self.dry:
            return tuple(find_unanswered(self.lesson, self.whole_rounds))
        return explain_deviations(
            figures, self.whole_rounds, self.surroundings, disturbed=self.disturbed, leftover_s=self.leftover_s
        )
