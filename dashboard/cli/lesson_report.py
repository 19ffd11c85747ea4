"""What an attempt found, for people at a terminal and as Markdown for a report."""

from collections.abc import Sequence

from dashboard.cli.terminal import BAD, GOOD, Cell, Heading, Terminal
from dashboard.lessons.figure_text import describe_expected, describe_measured
from dashboard.lessons.results import AttemptResult
from dashboard.runs.surroundings import Surroundings


def show_attempt(terminal: Terminal, attempt: AttemptResult) -> None:
    """Print an attempt."""
    terminal.say(f"Lesson {attempt.slug}, {attempt.title}: {format_verdict(attempt)}", GOOD if attempt.holds else BAD)
    if attempt.error:
        terminal.say(f"      {attempt.error}")
        return
    rows = [
        (
            Cell("ok", GOOD) if figure.holds else Cell("OFF", BAD),
            figure.label,
            describe_expected(figure),
            describe_measured(figure),
        )
        for figure in attempt.figures
    ]
    terminal.show_table([Heading(""), *map(Heading, ("figure", "expected", "measured"))], rows)
    for reason in attempt.reasons:
        terminal.say(f"      {reason}")


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
