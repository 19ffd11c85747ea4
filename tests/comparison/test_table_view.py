"""The classic table is filled with what was measured here."""

from pathlib import Path
from typing import Any

import pytest

from dashboard.comparison.table import ComparisonTable, load_table
from dashboard.comparison.table_view import FilledRow, Measurements, fill_table
from dashboard.lessons.results import AttemptResult
from dashboard.runs.surroundings import ServerCommand
from tests.comparison.test_table import GOOD, LESSON, PROOF
from tests.lessons.made import attempt, figure, surroundings


@pytest.fixture
def table(tmp_path: Path) -> ComparisonTable:
    file = tmp_path / "table.toml"
    file.write_text(GOOD, encoding="utf-8")
    return load_table(file, [LESSON])


def measured(**known: Any) -> AttemptResult:
    """What lesson 1 measured, as it is kept."""
    as_measured: dict[str, Any] = {"expected": 10.0, "measured": 11.0, "values": (11.0,)}
    command = ServerCommand(title="Uvicorn", interface="asgi", command="uvicorn samples.asgi", url="")
    return attempt(
        LESSON,
        [figure(PROOF, **as_measured | known)],
        runs=("a" * 16,),
        reasons=("Others were firing.",),
        surroundings=surroundings(versions={"django": "5.2"}, servers={"uvicorn": command}),
    )


def fill(
    table: ComparisonTable, *newest: AttemptResult, recordings: tuple[str, ...] = (), told: bool = True
) -> FilledRow:
    lessons = {LESSON.number: LESSON}
    found = Measurements(lessons, {one.lesson: one for one in newest}, recordings, lessons if told else ())
    (row,) = fill_table(table, found)["Concurrency"]
    return row


def test_what_nobody_measured_is_said_to_be_missing(table: ComparisonTable) -> None:
    (cell, _) = fill(table).cells
    assert [one.state for one in cell.figures] == ["missing"]
    assert cell.on == ()


def test_what_would_spoil_a_guess_is_not_in_the_table(table: ComparisonTable) -> None:
    (cell, _) = fill(table, measured(), told=False).cells
    assert [(one.state, one.measured, one.attempt) for one in cell.figures] == [("untold", "", "")]
    assert cell.on == ()


def test_what_was_measured_comes_with_its_recording_and_its_machine(table: ComparisonTable) -> None:
    (cell, _) = fill(table, measured(), recordings=("a" * 16,)).cells
    (shown,) = cell.figures
    assert (shown.state, shown.measured) == ("measured", "11.0 s")
    assert (shown.run, shown.attempt) == ("a" * 16, "b" * 16)
    assert [(on.cores, on.versions["django"]) for on in cell.on] == [(2, "5.2")]
    assert [(on.commands, on.reasons) for on in cell.on] == [
        ({"uvicorn": "uvicorn samples.asgi"}, ("Others were firing.",))
    ]


def test_a_recording_that_made_room_is_not_linked(table: ComparisonTable) -> None:
    assert fill(table, measured()).cells[0].figures[0].run == ""


def test_what_differs_is_said_with_what_was_expected(table: ComparisonTable) -> None:
    (shown,) = fill(table, measured(measured=3.0, values=(3.0,), holds=False)).cells[0].figures
    assert (shown.state, shown.measured, shown.expected) == ("differs", "3.00 s", "10.0 s")


def test_a_measurement_from_before_a_proof_was_renamed_counts_as_none(table: ComparisonTable) -> None:
    assert fill(table, measured(label="as it was called")).cells[0].figures[0].state == "missing"
