"""What an attempt found, in lines for the terminal and in Markdown for a report. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.runs.metric_format import expected_words, measured_words

Attempt = Mapping[str, Any]


def table(attempt: Attempt) -> str:
    """An attempt for people at a terminal."""
    lines = [f"Lesson {attempt['lesson']}, {attempt['title']}: {verdict(attempt)}"]
    if attempt["error"]:
        return f"{lines[0]}\n      {attempt['error']}"
    wide = max(len(figure["label"]) for figure in attempt["figures"])
    for figure in attempt["figures"]:
        mark = "ok " if figure["holds"] else "OFF"
        expected = f"expected {expected_words(figure)}"
        lines.append(f"  {mark} {figure['label']:<{wide}}  {expected:<22} measured {measured_words(figure)}")
    lines += [f"      {reason}" for reason in attempt["reasons"]]
    return "\n".join(lines)


def report(attempts: Sequence[Attempt]) -> str:
    """What all attempts found, as a document that can be kept beside that of another day."""
    differing = [attempt for attempt in attempts if not attempt["holds"]]
    summary = f"{len(attempts) - len(differing)} of {len(attempts)} lessons hold."
    machines = [_machine(attempt["surroundings"]) for attempt in attempts if attempt["surroundings"]]
    parts = ["# What the lessons measured", summary, *machines[:1]]
    for attempt in attempts:
        parts += [
            f"## {attempt['lesson']} {attempt['title']}: {verdict(attempt)}",
            attempt["error"] or "\n".join(_rows(attempt)),
            *(f"- {reason}" for reason in attempt["reasons"]),
        ]
    return "\n\n".join(parts) + "\n"


def verdict(attempt: Attempt) -> str:
    """In one word."""
    return "holds" if attempt["holds"] else "could not be carried out" if attempt["error"] else "DIFFERS"


def _machine(around: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in around["versions"].items())
    return (
        f"{around['at']}, {around['system']}, {around['cores']} cores, load {around['load']}, "
        f"Python {around['python']}{', ' if versions else ''}{versions}."
    )


def _rows(attempt: Attempt) -> list[str]:
    rows = ["| | expected | measured | |", "|---|---|---|---|"]
    for figure in attempt["figures"]:
        mark = "" if figure["holds"] else "off"
        rows.append(f"| {figure['label']} | {expected_words(figure)} | {measured_words(figure)} | {mark} |")
    return rows
