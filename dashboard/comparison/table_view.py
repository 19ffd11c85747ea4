"""Fills the classic table with what was measured here: each figure, when, on what, and whether it differs. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dashboard.comparison.table import Cell, ComparisonTable, ProofReference, Row
from dashboard.lessons.figure_text import describe_expected, describe_measured
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.results import AttemptResult


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFigure:
    """One figure of a cell."""

    lesson: int
    title: str
    """The lesson's title."""
    label: str
    state: Literal["measured", "differs", "missing", "untold"]
    measured: str = ""
    """With its unit, and with its spread if the lesson was repeated."""
    expected: str = ""
    attempt: str = ""
    """The attempt that measured it, which its lesson shows."""
    run: str = ""
    """The run whose recording shows it; empty if no recording is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredOn:
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
    """Why something may differ from what the lesson expects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledCell:
    """A claim with its figures."""

    interface: str
    claim: str
    figures: tuple[CellFigure, ...]
    on: tuple[MeasuredOn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledRow:
    """A row with its two cells."""

    title: str
    cells: tuple[FilledCell, ...]


@dataclass(frozen=True, slots=True)
class Measurements:
    """What the table is filled with."""

    lessons: Mapping[int, Lesson]
    newest: Mapping[int, AttemptResult]
    """The newest attempt of each lesson that was measured."""
    recordings: Collection[str]
    """The ids of the runs that can be replayed."""
    told: Collection[int]
    """The lessons whose figures may be told: others would spoil their guess."""


def fill_table(table: ComparisonTable, measurements: Measurements) -> dict[str, list[FilledRow]]:
    """Return the rows by group."""
    groups: dict[str, list[FilledRow]] = {}
    for row in table.row:
        groups.setdefault(row.group, []).append(_fill_row(row, measurements))
    return groups


def list_runs(attempts: Collection[AttemptResult]) -> set[str]:
    """Return every run that a figure may come from."""
    return {run for attempt in attempts for run in attempt.runs}


def _fill_row(row: Row, measurements: Measurements) -> FilledRow:
    cells = (_fill_cell(interface, cell, measurements) for interface, cell in row.cells.items())
    return FilledRow(title=row.title, cells=tuple(cells))


def _fill_cell(interface: str, cell: Cell, measurements: Measurements) -> FilledCell:
    figures = tuple(_fill_figure(shown, measurements) for shown in cell.shown_by)
    measured = dict.fromkeys(figure.lesson for figure in figures if figure.attempt)
    on = tuple(place for number in measured for place in _measured_on(measurements.newest[number]))
    return FilledCell(interface=interface, claim=cell.claim, figures=figures, on=on)


def _fill_figure(shown: ProofReference, measurements: Measurements) -> CellFigure:
    lesson, attempt = measurements.lessons[shown.lesson], measurements.newest.get(shown.lesson)
    figure = attempt.figure(shown.proof) if attempt else None
    if attempt is None or figure is None or figure.measured is None:
        return CellFigure(lesson=lesson.number, title=lesson.title, label=shown.proof, state="missing")
    if lesson.number not in measurements.told:
        return CellFigure(lesson=lesson.number, title=lesson.title, label=shown.proof, state="untold")
    run = _find_run(lesson, shown.proof, attempt.runs)
    return CellFigure(
        lesson=lesson.number,
        title=lesson.title,
        label=shown.proof,
        state="measured" if figure.holds else "differs",
        measured=describe_measured(figure),
        expected=describe_expected(figure),
        attempt=attempt.id,
        run=run if run in measurements.recordings else "",
    )


def _find_run(lesson: Lesson, label: str, runs: Sequence[str]) -> str:
    """Return the newest run of the firing that a proof reads; empty if the lesson's firings have changed since."""
    names = [firing.name for firing in lesson.fire]
    if not runs or len(runs) % len(names):
        return ""
    return runs[len(runs) - len(names) + names.index(lesson.proof(label).fire)]


def _measured_on(attempt: AttemptResult) -> Iterator[MeasuredOn]:
    if surroundings := attempt.surroundings:
        yield MeasuredOn(
            lesson=attempt.lesson,
            at=datetime.fromisoformat(surroundings.at),
            cores=surroundings.cores,
            load=surroundings.load,
            python=surroundings.python,
            system=surroundings.system,
            versions=surroundings.versions,
            commands={name: server.command for name, server in surroundings.servers.items()},
            reasons=attempt.reasons,
        )
