"""The classic table: its file, what is wrong with one, and how it is filled with what was measured."""

from pathlib import Path
from typing import Any

import pytest

from dashboard.comparison.table import comparison_table, load_table
from dashboard.comparison.table_view import filled
from dashboard.lessons.loader import course
from dashboard.lib.toml_file import TomlFileError

LESSON = next(lesson for lesson in course() if lesson.number == 1)
PROOF = LESSON.prove[0]
GOOD = f"""
[[row]]
group = "Concurrency"
title = "Waiting"
wsgi = {{ claim = "It waits.", shown_by = [{{ lesson = 1, proof = "{PROOF.label}" }}] }}
asgi.claim = "It takes the next."
"""


def read(tmp_path: Path, text: str) -> Any:
    file = tmp_path / "table.toml"
    file.write_text(text, encoding="utf-8")
    return load_table(file, [LESSON])


def attempt(**changed: Any) -> dict[str, Any]:
    """What lesson 1 measured, as it is kept."""
    figure = {
        "label": PROOF.label,
        "unit": "s",
        "bound": "about",
        "expected": 10.0,
        "measured": 11.0,
        "values": [11.0],
        "holds": True,
    }
    around = {
        "at": "2026-11-25T20:00:00+00:00",
        "cores": 2,
        "load": 0.5,
        "python": "3.11.2",
        "system": "Linux",
        "versions": {"django": "5.2"},
        "servers": {"uvicorn": {"command": "uvicorn samples.asgi"}},
    }
    return {
        "id": "b" * 16,
        "figures": [figure | changed],
        "runs": ["a" * 16],
        "reasons": ["Others were firing."],
        "surroundings": around,
    }


def test_every_group_of_the_classic_table_has_a_figure_that_can_be_measured() -> None:
    rows = comparison_table().row
    for group in {row.group for row in rows}:
        assert any(cell.shown_by for row in rows if row.group == group for cell in row.cells.values()), group


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("lesson = 1", "lesson = 77", r"row\[0\]\.wsgi\.shown_by\[0\]\.lesson: expected .*, but 77 came"),
        (PROOF.label, "no such", r"shown_by\[0\]\.proof: expected .*, but 'no such' came"),
        ('"It waits."', '" "', r"row\[0\]\.wsgi\.claim: expected a sentence"),
        ('title = "Waiting"', 'titel = "Waiting"', "titel"),
        ("[[row]]", "[[row]", "expected a file in TOML"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    with pytest.raises(TomlFileError, match=said) as refused:
        read(tmp_path, GOOD.replace(right, wrong))
    assert "table.toml" in str(refused.value)


def test_what_nobody_measured_is_said_to_be_missing(tmp_path: Path) -> None:
    (row,) = filled(read(tmp_path, GOOD), [LESSON], {}, ())["Concurrency"]
    assert [figure.state for figure in row.cells[0].figures] == ["missing"]
    assert row.cells[0].on == ()


def test_what_was_measured_stands_there_with_its_film_and_its_machine(tmp_path: Path) -> None:
    (row,) = filled(read(tmp_path, GOOD), [LESSON], {1: attempt()}, {"a" * 16})["Concurrency"]
    (figure,) = row.cells[0].figures
    assert (figure.state, figure.measured) == ("measured", "11 s")
    assert (figure.run, figure.attempt) == ("a" * 16, "b" * 16)
    assert [(on.cores, on.versions["django"]) for on in row.cells[0].on] == [(2, "5.2")]


def test_a_film_that_made_room_is_not_linked(tmp_path: Path) -> None:
    (row,) = filled(read(tmp_path, GOOD), [LESSON], {1: attempt()}, ())["Concurrency"]
    assert row.cells[0].figures[0].run == ""


def test_what_differs_is_said_with_what_was_expected(tmp_path: Path) -> None:
    newest = {1: attempt(measured=3.0, values=[3.0], holds=False)}
    (row,) = filled(read(tmp_path, GOOD), [LESSON], newest, ())["Concurrency"]
    (figure,) = row.cells[0].figures
    assert (figure.state, figure.measured, figure.expected) == ("differs", "3 s", "10 s")


def test_a_measurement_from_before_a_proof_was_renamed_counts_as_none(tmp_path: Path) -> None:
    (row,) = filled(read(tmp_path, GOOD), [LESSON], {1: attempt(label="as it was called")}, ())["Concurrency"]
    assert row.cells[0].figures[0].state == "missing"
