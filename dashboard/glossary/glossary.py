"""The words that the course explains: read once from `words.toml`, found in plain texts. Pure: no Django.

A mistake in the file stops the start (`dashboard/apps.py`) with a sentence that names the word and the field.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("words.toml")
TABLE = "word"


class GlossaryError(ValueError):
    """The file of words is not as it should be; the message says where and what was expected."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word and what it means."""

    term: str
    forms: tuple[str, ...]
    """How it is written in texts."""
    group: str
    meaning: str
    title: str
    """Of the page of the official documentation."""
    url: str

    @property
    def anchor(self) -> str:
        """Its id on every page: letters, digits and hyphens."""
        return "word-" + re.sub(r"[^a-z0-9]+", "-", self.term.lower())


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: with the word that it is the first to name, or with none."""

    text: str
    word: Word | None = None


class Glossary:
    """All words, and the eye that finds them in a text."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = tuple(words)
        self._by_form = {form.lower(): word for word in words for form in word.forms}
        # The longest first: "thread pool" is not a thread.
        forms = sorted(self._by_form, key=lambda form: (-len(form), form))
        self._forms = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, forms))})(?![\w-])", re.IGNORECASE)

    def groups(self) -> Mapping[str, list[Word]]:
        """The words by heading, both in the order of the file."""
        groups: dict[str, list[Word]] = {}
        for word in self.words:
            groups.setdefault(word.group, []).append(word)
        return groups

    def pieces(self, text: str) -> Iterator[Piece]:
        """The text in pieces that make it up again; each word is marked where it comes first, and only there."""
        seen: set[str] = set()
        done = 0
        for found in self._forms.finditer(text):
            word = self._by_form[found[0].lower()]
            if word.term in seen:
                continue
            seen.add(word.term)
            if found.start() > done:
                yield Piece(text[done : found.start()])
            yield Piece(found[0], word)
            done = found.end()
        if done < len(text):
            yield Piece(text[done:])


@cache
def glossary() -> Glossary:
    """The words of `words.toml`. Raises GlossaryError."""
    return read(FILE)


def read(file: Path) -> Glossary:
    """The words of a file. Raises GlossaryError when it cannot be read or a field is not as expected."""
    try:
        parsed = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GlossaryError(f"{file.name} cannot be read as TOML: {error}.") from error
    tables = parsed.get(TABLE)
    if not isinstance(tables, list) or not tables or set(parsed) != {TABLE}:
        raise GlossaryError(f"{file.name}: expected [[{TABLE}]] tables and nothing else, got {sorted(parsed)}.")
    words = [_word(f"{file.name}, word {number}", table) for number, table in enumerate(tables, 1)]
    _refuse_doubles(file.name, words)
    return Glossary(words)


def _word(where: str, table: Any) -> Word:
    if not isinstance(table, dict):
        raise GlossaryError(f"{where}: expected a [[{TABLE}]] table, got {table!r}.")
    where = f"{where} ({table['term']!r})" if "term" in table else where
    expected = {one.name for one in fields(Word)}
    if unknown := sorted(set(table) - expected):
        raise GlossaryError(f"{where}: field {unknown[0]!r} is not known, expected {', '.join(sorted(expected))}.")
    texts = {name: _text(where, name, table.get(name)) for name in sorted(expected - {"forms"})}
    if not texts["url"].startswith("https://"):
        raise GlossaryError(
            f"{where}: field 'url' is {texts['url']!r}, expected an address that begins with https://."
        )
    if not texts["meaning"].endswith("."):
        raise GlossaryError(f"{where}: field 'meaning' ends in {texts['meaning'][-1]!r}, expected whole sentences.")
    return Word(forms=_forms(where, table.get("forms")), **texts)


def _text(where: str, name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise GlossaryError(f"{where}: field {name!r} is {value!r}, expected a text.")
    return value


def _forms(where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise GlossaryError(f"{where}: field 'forms' is {value!r}, expected a list of texts.")
    return tuple(_text(where, "forms", form) for form in value)


def _refuse_doubles(file: str, words: Sequence[Word]) -> None:
    known: dict[str, str] = {}
    for word in words:
        for name, said in (*(("forms", form.lower()) for form in word.forms), ("term", word.anchor)):
            if said in known:
                raise GlossaryError(
                    f"{file} ({word.term!r}): field {name!r} has {said!r}, which {known[said]!r} has already; "
                    "expected each once."
                )
            known[said] = word.term
