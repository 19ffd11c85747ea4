"""The classic table of WSGI against ASGI: `table.toml` says what is claimed, and which proofs of lessons show it.

A mistake in the file stops the start with the file, the field, what was expected and what came.
"""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course
from dashboard.lib.toml_file import Table, WrongFieldError, load

FILE = Path(__file__).with_name("table.toml")


class ProofReference(Table, frozen=True, kw_only=True):
    """A figure that shows a claim: the proof of this label in this lesson."""

    lesson: int
    proof: str


class Cell(Table, frozen=True, kw_only=True):
    """What is said of one interface, in a short sentence, and what shows it."""

    claim: str
    shown_by: tuple[ProofReference, ...] = ()


class Row(Table, frozen=True, kw_only=True):
    """One respect in which the two differ, or do not."""

    group: str
    """Its heading; the rows of one group follow each other."""
    title: str
    wsgi: Cell
    asgi: Cell

    @property
    def cells(self) -> dict[str, Cell]:
        """Both, by interface."""
        return {"wsgi": self.wsgi, "asgi": self.asgi}


class ComparisonTable(Table, frozen=True, kw_only=True):
    """The whole file."""

    row: tuple[Row, ...]


@cache
def comparison_table() -> ComparisonTable:
    """Return the table. Raise TomlFileError, also when the lessons cannot be loaded."""
    return load_table(FILE, course())


def load_table(file: Path, lessons: Sequence[Lesson]) -> ComparisonTable:
    """Return the table of a file. Raise TomlFileError, also for a figure that these lessons do not prove."""
    labels = {lesson.number: [proof.label for proof in lesson.prove] for lesson in lessons}
    return load(file, ComparisonTable, partial(_check, labels=labels))


def _check(table: ComparisonTable, labels: Mapping[int, Sequence[str]]) -> None:
    for position, row in enumerate(table.row):
        for interface, cell in row.cells.items():
            _check_cell(f"row[{position}].{interface}", cell, labels)


def _check_cell(field: str, cell: Cell, labels: Mapping[int, Sequence[str]]) -> None:
    if not cell.claim.strip():
        raise WrongFieldError(f"{field}.claim", "a sentence", cell.claim)
    for position, shown in enumerate(cell.shown_by):
        place = f"{field}.shown_by[{position}]"
        if shown.lesson not in labels:
            numbers = ", ".join(map(str, labels))
            raise WrongFieldError(f"{place}.lesson", f"the number of a lesson ({numbers})", shown.lesson)
        if shown.proof not in labels[shown.lesson]:
            known = "; ".join(labels[shown.lesson])
            raise WrongFieldError(
                f"{place}.proof", f"a proof's label in lesson {shown.lesson} ({known})", shown.proof
            )
