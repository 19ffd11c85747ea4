"""What an attempt found, in lines for the terminal and in Markdown for a report. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

Attempt = Mapping[str, Any]

BOUNDS = {"about": "", "at least": "≥ ", "at most": "≤ "}
SMALL = 10


def table(attempt: Attempt) -> str:
    """An attempt for people at a terminal."""
    lines = [f"Lesson {attempt['lesson']}, {attempt['title']}: {verdict(attempt)}"]
    if attempt["error"]:
        return f"{lines[0]}\n      {attempt['error']}"
    wide = max(len(figure["label"]) for figure in attempt["figures"])
    for figure in attempt["figures"]:
        mark = "ok " if figure["holds"] else "OFF"
        expected = f"expected {expectation(figure)}"
        lines.append(f"  {mark} {figure['label']:<{wide}}  {expected:<22} measured {measurement(figure)}")
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


def expectation(figure: Mapping[str, Any]) -> str:
    """What is expected, such as "≥ 2 times"."""
    return f"{BOUNDS[figure['bound']]}{amount(figure['expected'], figure['unit'])}"


def measurement(figure: Mapping[str, Any]) -> str:
    """What was measured, with the spread of several rounds."""
    if figure["measured"] is None:
        return "nothing"
    known = [value for value in figure["values"] if value is not None]
    spread = f" ({number(min(known))} to {number(max(known))})" if len(known) > 1 else ""
    return amount(figure["measured"], figure["unit"]) + spread


def amount(value: float, unit: str) -> str:
    """A number with its unit, where the unit is one."""
    return number(value) if unit in {"status", "HTTP", "share"} else f"{number(value)} {unit}"


def number(value: float) -> str:
    """As many digits as mean something: 0.031, 1.02, 10.1, 2500."""
    if value == int(value):
        return f"{value:.0f}"
    return f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}" if abs(value) < SMALL else f"{value:.1f}"


def _machine(around: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in around["versions"].items())
    return (
        f"{around['at']}, {around['system']}, {around['cores']} cores, load {around['load']}, "
        f"Python {around['python']}{', ' if versions else ''}{versions}."
    )


def _rows(attempt: Attempt) -> list[str]:
    rows = ["| | expected | measured | |", "|---|---|---|---|"]
    return rows + [
        f"| {figure['label']} | {expectation(figure)} | {measurement(figure)} | {'' if figure['holds'] else 'off'} |"
        for figure in attempt["figures"]
    ]
