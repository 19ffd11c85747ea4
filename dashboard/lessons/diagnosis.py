"""Why a figure may be off: what is known of the machine and the runs, in sentences. Nothing here excuses a figure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dashboard.lessons.lesson import Lesson
from dashboard.lessons.verdict import Finding, Round

BUSY_LOAD_A_CORE = 1.0
"""Above this load per core others had the processor as well."""
FEW_CORES = 2
WIDE_SPREAD = 0.2
"""Rounds that differ by more than this share of their median say that the machine is noisy."""
UNSETTLED = (
    "When this began, servers still worked for a run that was stopped, for up to {left_s:.1f} s: its requests were "
    "waited for as well. Fire again."
)
NOTHING_UNUSUAL = (
    "Nothing unusual is known of this machine, so take the figure seriously: a version may behave differently from "
    "those that the lesson was written for. Repeat it, and look at the film."
)


def reasons(
    found: Sequence[Finding],
    rounds: Sequence[Round],
    around: Mapping[str, Any],
    *,
    others: bool,
    unsettled_s: float = 0.0,
) -> tuple[str, ...]:
    """Likely reasons, the most likely first; empty when everything holds.

    `others` fired while we measured; for `unsettled_s` servers still worked for a stopped run when it began.
    """
    if all(finding.holds for finding in found):
        return ()
    before = [UNSETTLED.format(left_s=unsettled_s)] if unsettled_s else []
    return (*before, *_likely(found, rounds, around, others=others)) or (NOTHING_UNUSUAL,)


def unreached(lesson: Lesson, rounds: Sequence[Round]) -> Iterator[str]:
    """The requests of a dry run that no server answered, though the lesson does not say that it will refuse."""
    refusing = {
        (proof.fire, proof.server) for proof in lesson.prove if proof.figure == "protocol" and not proof.expected
    }
    for runs in rounds:
        for fire, run in runs.items():
            for name, server in run.servers.items():
                for request in server.requests:
                    if request.status is None and not request.left and (fire, name) not in refusing:
                        yield f"{name}, {run.scenario}: {request.error or 'no answer'}."


def _likely(
    found: Sequence[Finding], rounds: Sequence[Round], around: Mapping[str, Any], *, others: bool
) -> Iterator[str]:
    yield from _troubles(rounds)
    if others:
        yield "Somebody fired other requests at the same time."
    cores, load = around.get("cores") or 1, around.get("load")
    if load is not None and load > BUSY_LOAD_A_CORE * cores:
        yield f"The machine was busy: a load of {load:g} on {cores} cores."
    if cores < FEW_CORES:
        yield f"The machine has {cores} core: client, dashboard and servers share it."
    if around.get("remote"):
        yield "The servers run elsewhere: the network, and versions that are not known here, count as well."
    if wide := [finding.proof.label for finding in found if _is_wide(finding)]:
        yield f"The rounds differ much ({', '.join(wide)}): the machine is noisy, repeat more often."
    if blank := [finding.proof.label for finding in found if not finding.holds and finding.measured is None]:
        yield f"Nothing was measured for {', '.join(blank)}: the film shows how far the requests came."


def _troubles(rounds: Sequence[Round]) -> Iterator[str]:
    """What the runs themselves say, each sentence once."""
    said: dict[str, None] = {}
    for runs in rounds:
        for run in runs.values():
            if run.note:
                said.setdefault(f"A run was {run.note}.")
            for name, server in run.servers.items():
                for request in server.requests:
                    if request.error and not request.left:
                        said.setdefault(f"{name}: {request.error}.")
    yield from list(said)[:3]


def _is_wide(finding: Finding) -> bool:
    if finding.spread is None or not finding.measured:
        return False
    least, most = finding.spread
    return (most - least) / abs(finding.measured) > WIDE_SPREAD
