"""The terms that the course explains: loaded once from `words.toml`, found in plain text. Pure: no Django.

A mistake in the file stops the start with the file, the field, what was expected and what came.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboard.lib.toml_file import Table, WrongFieldError, load

FILE = Path(__file__).with_name("words.toml")


class Term(Table, frozen=True, kw_only=True):
    """One term and what it means."""

    term: str
    forms: tuple[str, ...]
    """How it is written in texts."""
    group: str
    meaning: str
    title: str
    """The title of the page of the official documentation."""
    url: str

    @property
    def anchor(self) -> str:
        """Its id on every page: letters, digits and hyphens."""
        return "word-" + re.sub(r"[^a-z0-9]+", "-", self.term.lower())


class GlossaryFile(Table, frozen=True, kw_only=True):
    """The whole file."""

    word: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class TextPart:
    """A stretch of text, with the term of which it is the first mention, if any."""

    text: str
    term: Term | None = None


class Glossary:
    """All terms, and the search for them in a text."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = tuple(terms)
        self._by_form = {form.lower(): term for term in terms for form in term.forms}
        # The longest first: "thread pool" is not a thread.
        forms = sorted(self._by_form, key=lambda form: (-len(form), form))
        self._forms = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, forms))})(?![\w-])", re.IGNORECASE)

    def groups(self) -> Mapping[str, list[Term]]:
        """Return the terms by heading, both in the order of the file."""
        groups: dict[str, list[Term]] = {}
        for term in self.terms:
            groups.setdefault(term.group, []).append(term)
        return groups

    def split(self, text: str) -> Iterator[TextPart]:
        """Split a text into parts that add up to it; only the first mention of each term carries the term."""
        seen: set[str] = set()
        done = 0
        for found in self._forms.finditer(text):
            term = self._by_form[found[0].lower()]
            if term.term in seen:
                continue
            seen.add(term.term)
            if found.start() > done:
                yield TextPart(text[done : found.start()])
            yield TextPart(found[0], term)
            done = found.end()
        if done < len(text):
            yield TextPart(text[done:])


@cache
def glossary() -> Glossary:
    """Return the terms of `words.toml`. Raise TomlFileError."""
    return load_glossary(FILE)


def load_glossary(file: Path) -> Glossary:
    """Return the terms of a file. Raise TomlFileError."""
    return Glossary(load(file, GlossaryFile, _check).word)


def _check(content: GlossaryFile) -> None:
    if not content.word:
        raise WrongFieldError("word", "at least one", [])
    for position, term in enumerate(content.word):
        _check_term(f"word[{position}]", term)
    _check_unique(content.word)


def _check_term(place: str, term: Term) -> None:
    for name in ("term", "group", "meaning", "title"):
        if not getattr(term, name).strip():
            raise WrongFieldError(f"{place}.{name}", "some text", getattr(term, name))
    if not term.forms or not all(form.strip() for form in term.forms):
        raise WrongFieldError(f"{place}.forms", "at least one, none of them empty", list(term.forms))
    if not term.url.startswith("https://"):
        raise WrongFieldError(f"{place}.url", "an address that begins with https://", term.url)
    if not term.meaning.endswith("."):
        raise WrongFieldError(f"{place}.meaning", "whole sentences", term.meaning)


def _check_unique(terms: Sequence[Term]) -> None:
    """Check that no form and no anchor belongs to two terms."""
    owners: dict[str, str] = {}
    for position, term in enumerate(terms):
        for name, value in (*(("forms", form.lower()) for form in term.forms), ("term", term.anchor)):
            if value in owners:
                raise WrongFieldError(f"word[{position}].{name}", f"what {owners[value]!r} does not have", value)
            owners[value] = term.term
