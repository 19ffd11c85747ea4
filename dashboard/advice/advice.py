"""The advice: what to run, why, when that would be wrong, which lessons show it, and the configuration. Pure."""

from dataclasses import dataclass

from dashboard.advice import proxy, rationale
from dashboard.advice.files import ConfigFile, build_files
from dashboard.advice.plan import Plan, plan_servers
from dashboard.advice.proxy import ProxySetting
from dashboard.advice.questions import Answers


@dataclass(frozen=True, slots=True)
class Advice:
    """The complete advice for one set of answers."""

    plan: Plan
    headline: str
    reasons: tuple[str, ...]
    sizes: tuple[str, ...]
    """How workers and threads were computed."""
    proxy: tuple[ProxySetting, ...]
    wrong_when: tuple[str, ...]
    lessons: tuple[int, ...]
    """Numbers of the lessons that show it."""
    files: tuple[ConfigFile, ...]


def advise(answers: Answers) -> Advice:
    """Return the advice for a project."""
    chosen = plan_servers(answers)
    return Advice(
        plan=chosen,
        headline=rationale.write_headline(chosen),
        reasons=tuple(rationale.explain_choice(answers, chosen)),
        sizes=tuple(rationale.explain_sizes(answers, chosen)),
        proxy=proxy.build_settings(answers, chosen),
        wrong_when=tuple(rationale.list_exceptions(answers, chosen)),
        lessons=tuple(rationale.select_lessons(answers, chosen)),
        files=build_files(answers, chosen),
    )
