"""What an attempt found, as lines for the terminal and as Markdown for a report. Pure."""

from collections.abc import Sequence

from dashboard.lessons.figure_text import describe_expected, describe_measured
from dashboard.lessons.results import AttemptResult
from dashboard.runs.surroundings import Surroundings


def format_attempt(attempt: AttemptResult) -> str:
    """Return an attempt for people at a terminal."""
    lines = [f"Lesson {attempt.slug}, {attempt.title}: {format_verdict(attempt)}"]
    if attempt.error:
        return f"{lines[0]}\n      {attempt.error}"
    wide = max(len(figure.label) for figure in attempt.figures)
    for figure in attempt.figures:
        mark = "ok " if figure.holds else "OFF"
        expected = f"expected {describe_expected(figure)}"
        lines.append(f"  {mark} {figure.label:<{wide}}  {expected:<22} measured {describe_measured(figure)}")
    lines += [f"      {reason}" for reason in attempt.reasons]
    return "\n".join(lines)


def format_report(attempts: Sequence[AttemptResult]) -> str:
    """Return what all attempts found, as a document to keep and to compare with that of another day."""
    holding = sum(bool(attempt.holds) for attempt in attempts)
    machines = [_format_machine(attempt.surroundings) for attempt in attempts if attempt.surroundings]
    parts = ["# What the lessons measured", f"{holding} of {len(attempts)} lessons hold.", *machines[:1]]
    for attempt in attempts:
        parts += [
            f"## {attempt.slug} {attempt.title}: {format_verdict(attempt)}",
            attempt.error or "\n".join(_format_rows(attempt)),
            *(f"- {reason}" for reason in attempt.reasons),
        ]
    return "\n\n".join(parts) + "\n"


def format_verdict(attempt: AttemptResult) -> str:
    """Return whether it holds, in a few words."""
    return "holds" if attempt.holds else "could not be carried out" if attempt.error else "DIFFERS"


def _format_machine(surroundings: Surroundings) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in surroundings.versions.items())
    return (
        f"{surroundings.at}, {surroundings.system}, {surroundings.cores} cores, load {surroundings.load}, "
        f"Python {surroundings.python}{', ' if versions else ''}{versions}."
    )


def _format_rows(attempt: AttemptResult) -> list[str]:
    rows = ["| | expected | measured | |", "|---|---|---|---|"]
    for figure in attempt.figures:
        mark = "" if figure.holds else "off"
        rows.append(f"| {figure.label} | {describe_expected(figure)} | {describe_measured(figure)} | {mark} |")
    return rows
