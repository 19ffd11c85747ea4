"""The classic table: its file, and what is wrong with one."""

from pathlib import Path
from typing import Any

import pytest

from dashboard.comparison.table import comparison_table, load_table
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
