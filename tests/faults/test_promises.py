"""docs/promises.md says what is true: its numbers are those of the code, and its tests are there."""

import re
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path

import pytest

PAPER = Path(__file__).parents[2] / "docs" / "promises.md"
ROWS = re.findall(r"^\| `([\w.]+)` \| ([\d.]+) \|$", PAPER.read_text(), re.MULTILINE)


def setting(path: str) -> object:
    """Return the value of a named setting; of a dataclass the default of its field."""
    names, rest = path.split("."), list[str]()
    while True:
        try:
            found: object = import_module(".".join(names))
            break
        except ModuleNotFoundError:
            rest.insert(0, names.pop())
    for name in rest:
        if isinstance(found, type) and is_dataclass(found):
            found = {field.name: field.default for field in fields(found)}[name]
        else:
            found = getattr(found, name)
    return found


def test_the_table_is_read() -> None:
    assert len(ROWS) == PAPER.read_text().count("| `dashboard.") > 30


@pytest.mark.parametrize(("path", "value"), ROWS, ids=[path for path, _ in ROWS])
def test_a_promised_number_is_the_one_in_force(path: str, value: str) -> None:
    assert setting(path) == float(value)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[\w./]+)`", PAPER.read_text()))))
def test_a_promise_names_a_test_that_is_there(path: str) -> None:
    assert (PAPER.parents[1] / path).exists()
