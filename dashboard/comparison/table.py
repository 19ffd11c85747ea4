"""The classic table of WSGI against ASGI: `table.toml` says what is claimed, and which proofs of lessons show it.

A mistake in the file stops the start with the file, the field, what was expected and what came.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from dashboard.lessons.lesson import Lesson, Table
from dashboard.lessons.loader import course

FILE = Path(__file__).with_name("table.toml")


class TableFileError(ValueError):
    """The table's file cannot be used; the message is for whoever wrote it."""


class Evidence(Table, frozen=True, kw_only=True):
    """A figure that shows a claim: the proof of this label in this lesson."""

    lesson: int
    proof: str


class Cell(Table, frozen=True, kw_only=True):
    """What is said of one interface, in a short sentence, and what shows it."""

    claim: str
    shown_by: tuple[Evidence, ...] = ()


class Row(Table, frozen=True, kw_only=True):
    """One thing in which the two differ, or do not."""

    group: str
    """The heading under which it stands; rows of one group follow each other."""
    title: str
    wsgi: Cell
    asgi: Cell

    @property
    def cells(self) -> dict[str, Cell]:
        """Both, by interface."""
        return {"wsgi": self.wsgi, "asgi": self.asgi}


class Classic(Table, frozen=True, kw_only=True):
    """The whole file."""

    row: tuple[Row, ...]


@cache
def classic() -> Classic:
    """The table. Raises TableFileError, and LessonFileError when the lessons cannot be read."""
    return read_table(FILE, course())


def read_table(file: Path, lessons: Sequence[Lesson]) -> Classic:
    """The table of a file, all of whose figures these lessons prove. Raises TableFileError."""
    try:
        table = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Classic)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableFileError(f"{file}: expected a file in TOML: {error}.") from error
    except msgspec.ValidationError as error:
        raise TableFileError(f"{file}: {str(error).replace('`$.', '`').replace('`$`', 'the top')}.") from error
    labels = {lesson.number: [proof.label for proof in lesson.prove] for lesson in lessons}
    for place, row in enumerate(table.row):
        for interface, cell in row.cells.items():
            _check(f"{file}: row[{place}].{interface}", cell, labels)
    return table


def _check(place: str, cell: Cell, labels: dict[int, list[str]]) -> None:
    if not cell.claim.strip():
        raise TableFileError(f"{place}.claim: expected a sentence, but nothing came.")
    for position, shown in enumerate(cell.shown_by):
        field = f"{place}.shown_by[{position}]"
        if shown.lesson not in labels:
            numbers = ", ".join(map(str, labels))
            raise TableFileError(f"{field}.lesson: expected the number of a lesson ({numbers}), not {shown.lesson}.")
        if shown.proof not in labels[shown.lesson]:
            known = "; ".join(labels[shown.lesson])
            raise TableFileError(
                f"{field}.proof: expected a proof's label in lesson {shown.lesson} ({known}), not {shown.proof!r}."
            )
