"""Fills the classic table with what was measured here: each figure, when, on what, and whether it differs. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from dashboard.comparison.table import Cell, ComparisonTable, ProofReference, Row
from dashboard.lessons.lesson import Lesson
from dashboard.runs.metric_format import expected_words, measured_words

Attempt = Mapping[str, Any]
"""The JSON of a lesson's attempt that was carried out to its end."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure of a cell."""

    lesson: int
    title: str
    """Of the lesson."""
    label: str
    state: Literal["measured", "differs", "missing"]
    measured: str = ""
    """With its unit, and with its spread when the lesson was repeated."""
    expected: str = ""
    attempt: str = ""
    """The attempt that measured it, which its lesson shows."""
    run: str = ""
    """The run whose film shows it; empty when no film is kept."""


@dataclass(frozen=True, slots=True)
class On:
    """When and on what a lesson was measured."""

    lesson: int
    at: datetime
    cores: int | None
    load: float | None
    python: str
    system: str
    versions: Mapping[str, str]
    commands: Mapping[str, str]
    """The servers' command lines by their names."""
    reasons: tuple[str, ...]
    """Why something of it may differ from what the lesson expects."""


@dataclass(frozen=True, slots=True)
class FilledCell:
    """A claim with its figures."""

    interface: str
    claim: str
    figures: tuple[Shown, ...]
    on: tuple[On, ...]


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A row with its two cells."""

    title: str
    cells: tuple[FilledCell, ...]


def filled(
    table: ComparisonTable, lessons: Sequence[Lesson], newest: Mapping[int, Attempt], films: Collection[str]
) -> dict[str, list[FilledRow]]:
    """The rows by group. `newest` holds the newest attempt by lesson, `films` the ids of runs that can be played."""
    by_number = {lesson.number: lesson for lesson in lessons}
    groups: dict[str, list[FilledRow]] = {}
    for row in table.row:
        groups.setdefault(row.group, []).append(_row(row, by_number, newest, films))
    return groups


def runs_of(newest: Mapping[int, Attempt]) -> set[str]:
    """Every run that a figure may come from."""
    return {run for attempt in newest.values() for run in attempt["runs"]}


def _row(row: Row, lessons: Mapping[int, Lesson], newest: Mapping[int, Attempt], films: Collection[str]) -> FilledRow:
    cells = (_cell(name, cell, lessons, newest, films) for name, cell in row.cells.items())
    return FilledRow(row.title, tuple(cells))


def _cell(
    interface: str,
    cell: Cell,
    lessons: Mapping[int, Lesson],
    newest: Mapping[int, Attempt],
    films: Collection[str],
) -> FilledCell:
    figures = tuple(_shown(one, lessons[one.lesson], newest.get(one.lesson), films) for one in cell.shown_by)
    return FilledCell(interface, cell.claim, figures, tuple(_surroundings(figures, newest)))


def _shown(evidence: ProofReference, lesson: Lesson, attempt: Attempt | None, films: Collection[str]) -> Shown:
    figures = attempt["figures"] if attempt else []
    figure = next((one for one in figures if one["label"] == evidence.proof), None)
    if attempt is None or figure is None or figure["measured"] is None:
        return Shown(lesson.number, lesson.title, evidence.proof, "missing")
    run = _run(lesson, evidence.proof, attempt)
    return Shown(
        lesson=lesson.number,
        title=lesson.title,
        label=evidence.proof,
        state="measured" if figure["holds"] else "differs",
        measured=measured_words(figure),
        expected=expected_words(figure),
        attempt=attempt["id"],
        run=run if run in films else "",
    )


def _run(lesson: Lesson, label: str, attempt: Attempt) -> str:
    """The newest run of the firing that a proof reads; empty when the lesson's firings are others by now."""
    names = [firing.name for firing in lesson.fire]
    runs = attempt["runs"]
    if not runs or len(runs) % len(names):
        return ""
    return str(runs[len(runs) - len(names) + names.index(lesson.proof(label).fire)])


def _surroundings(figures: Sequence[Shown], newest: Mapping[int, Attempt]) -> Iterator[On]:
    """Each lesson of the cell that was measured, once."""
    for number in dict.fromkeys(figure.lesson for figure in figures if figure.state != "missing"):
        around = newest[number]["surroundings"]
        yield On(
            lesson=number,
            at=datetime.fromisoformat(around["at"]),
            cores=around["cores"],
            load=around["load"],
            python=around["python"],
            system=around["system"],
            versions=around["versions"],
            reasons=tuple(newest[number]["reasons"]),
            commands={name: server["command"] for name, server in around["servers"].items()},
        )
