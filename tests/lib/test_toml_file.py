"""A TOML file becomes a typed value, or is refused with the file and the field."""

from pathlib import Path

import pytest

from dashboard.lib.toml_file import Table, TomlFileError, WrongFieldError, load


class Shelf(Table, frozen=True):
    """A file of one table."""

    books: tuple[str, ...]
    height: float = 1.0


def refuse_empty(shelf: Shelf) -> None:
    if not shelf.books:
        raise WrongFieldError("books", "at least one", [])


def written(folder: Path, text: str) -> Path:
    file = folder / "shelf.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_becomes_the_type_that_was_asked_for(tmp_path: Path) -> None:
    assert load(written(tmp_path, 'books = ["a"]'), Shelf, refuse_empty) == Shelf(books=("a",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("books = [", "expected a file in TOML"),
        ("", "Object missing required field `books`"),
        ("books = [1]", "Expected `str`, got `int` - at `books[0]`"),
        ('books = ["a"]\ncolour = "red"', "unknown field `colour`"),
        ("books = []", "books: expected at least one, but [] came."),
    ],
)
def test_what_is_wrong_is_said_with_the_file_and_the_field(tmp_path: Path, text: str, said: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(TomlFileError) as refused:
        load(file, Shelf, refuse_empty)
    assert str(refused.value).startswith(f"{file}: ")
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(TomlFileError, match=r"missing\.toml: expected a file in TOML"):
        load(tmp_path / "missing.toml", Shelf)
