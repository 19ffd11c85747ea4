"""Says why a figure may be off, from what is known of the machine and the runs; it excuses nothing. Pure."""

from collections.abc import Iterator, Sequence

from dashboard.lessons.lesson import Lesson
from dashboard.lessons.results import FigureResult
from dashboard.lessons.verdict import Round
from dashboard.runs.surroundings import Surroundings

BUSY_LOAD_PER_CORE = 1.0
"""Above this load, something else used the processor as well."""
FEW_CORES = 2
WIDE_SPREAD = 0.2
"""Rounds that differ by more than this share of their median are a sign of a noisy machine."""
MOST_RUN_PROBLEMS = 3
LEFTOVER_WORK = (
    "Servers were still finishing a stopped run when this began (up to {left_s:.1f} s): that work was measured as "
    "well. Fire again."
)
NOTHING_UNUSUAL = (
    "Nothing unusual is known about this machine, so take the figure seriously: a version may behave differently "
    "from those the lesson was written for. Repeat it, and watch the recording."
)


def explain_deviations(
    figures: Sequence[FigureResult],
    rounds: Sequence[Round],
    surroundings: Surroundings | None,
    *,
    disturbed: bool,
    leftover_s: float = 0.0,
) -> tuple[str, ...]:
    """Return likely reasons, the most likely first; none if every figure holds.

    `disturbed` says that something else was fired meanwhile; `leftover_s` is how long servers were still busy with a
    stopped run when it began.
    """
    if all(figure.holds for figure in figures):
        return ()
    before = [LEFTOVER_WORK.format(left_s=leftover_s)] if leftover_s else []
    return (*before, *_likely_reasons(figures, rounds, surroundings, disturbed=disturbed)) or (NOTHING_UNUSUAL,)


def find_unanswered(lesson: Lesson, rounds: Sequence[Round]) -> Iterator[str]:
    """Yield the requests of a dry run that got no answer although the lesson does not expect a refusal."""
    refusing = {
        (proof.fire, proof.server) for proof in lesson.prove if proof.figure == "protocol" and not proof.expected
    }
    for runs in rounds:
        for fire, run in runs.items():
            for name, server in run.servers.items():
                for request in server.requests:
                    if request.status is None and not request.left and (fire, name) not in refusing:
                        yield f"{name}, {run.scenario}: {request.error or 'no answer'}."


def _likely_reasons(
    figures: Sequence[FigureResult], rounds: Sequence[Round], surroundings: Surroundings | None, *, disturbed: bool
) -> Iterator[str]:
    yield from _run_problems(rounds)
    if disturbed:
        yield "Other requests were fired at the same time."
    if surroundings:
        yield from _machine_problems(surroundings)
    if wide := [figure.label for figure in figures if _is_wide(figure)]:
        yield f"The rounds differ widely ({', '.join(wide)}): the machine is noisy, so repeat more often."
    if blank := [figure.label for figure in figures if not figure.holds and figure.measured is None]:
        yield f"Nothing was measured for {', '.join(blank)}: the recording shows how far the requests got."


def _machine_problems(surroundings: Surroundings) -> Iterator[str]:
    cores, load = surroundings.cores or 1, surroundings.load
    counted = f"{cores} core{'' if cores == 1 else 's'}"
    if load is not None and load > BUSY_LOAD_PER_CORE * cores:
        yield f"The machine was busy: a load of {load:g} on {counted}."
    if cores < FEW_CORES:
        yield f"The machine has {counted}: client, dashboard and servers share it."
    if surroundings.remote:
        yield "The servers run elsewhere: the network counts as well, and so do versions that are not known here."


def _run_problems(rounds: Sequence[Round]) -> Iterator[str]:
    """Yield what the runs themselves report, each sentence once."""
    sentences: dict[str, None] = {}
    for runs in rounds:
        for run in runs.values():
            if run.note:
                sentences.setdefault(f"A run was {run.note}.")
            for name, server in run.servers.items():
                for request in server.requests:
                    if request.error and not request.left:
                        sentences.setdefault(f"{name}: {request.error}.")
    yield from list(sentences)[:MOST_RUN_PROBLEMS]


def _is_wide(figure: FigureResult) -> bool:
    if figure.spread is None or not figure.measured:
        return False
    least, most = figure.spread
    return (most - least) / abs(figure.measured) > WIDE_SPREAD
