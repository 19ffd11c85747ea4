"""The advice: what to run, why, when that would be wrong, which lessons show it, and the configuration. Pure."""

from dataclasses import dataclass

from dashboard.advice import proxy, rationale
from dashboard.advice.files import File, files
from dashboard.advice.plan import Plan, plan
from dashboard.advice.proxy import Setting
from dashboard.advice.questions import Answers


@dataclass(frozen=True, slots=True)
class Advice:
    """Everything that is said to one set of answers."""

    plan: Plan
    headline: str
    reasons: tuple[str, ...]
    sizes: tuple[str, ...]
    """How workers and threads were computed."""
    proxy: tuple[Setting, ...]
    wrong_when: tuple[str, ...]
    lessons: tuple[int, ...]
    """Numbers of the lessons that show it."""
    files: tuple[File, ...]


def advise(answers: Answers) -> Advice:
    """The advice for a project."""
    chosen = plan(answers)
    return Advice(
        plan=chosen,
        headline=rationale.headline(chosen),
        reasons=tuple(rationale.why(answers, chosen)),
        sizes=tuple(rationale.sizes(answers, chosen)),
        proxy=proxy.settings(answers, chosen),
        wrong_when=tuple(rationale.wrong_when(answers, chosen)),
        lessons=tuple(rationale.lessons(answers, chosen)),
        files=files(answers, chosen),
    )
