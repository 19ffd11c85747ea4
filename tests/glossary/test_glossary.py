"""The terms: what is said of each, how they are found in a text, and how a mistake in their file is reported."""

from pathlib import Path

import pytest
from django.core.checks import run_checks

from dashboard.glossary import glossary as module
from dashboard.glossary.glossary import glossary, load_glossary
from dashboard.lib.toml_file import TomlFileError

GOOD = """
[[word]]
term = "scope"
forms = ["scope"]
group = "Interfaces"
meaning = "What it is."
title = "ASGI"
url = "https://asgi.readthedocs.io/"
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "words.toml"
    file.write_text(text)
    return file


def test_each_term_is_one_or_two_sentences_with_a_page_that_says_so() -> None:
    terms = glossary().terms
    assert len(terms) >= 30
    for term in terms:
        sentences = [part for part in term.meaning.split(". ") if part]
        assert 1 <= len(sentences) <= 3, term.term
        assert len(term.meaning) < 220, term.term


def test_a_term_s_first_mention_is_marked_and_the_longest_form_wins() -> None:
    text = "A worker's thread pool: Threads, threads and workers; multi-thread, threading"
    parts = list(glossary().split(text))

    assert "".join(part.text for part in parts) == text
    assert [(part.text, part.term.term) for part in parts if part.term] == [
        ("worker", "worker"),
        ("thread pool", "thread pool"),
        ("Threads", "thread"),
    ]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("[[word", "expected a file in TOML"),
        ("[[words]]\nterm = 'a'", "contains unknown field `words`"),
        ("word = []", "word: expected at least one, but [] came."),
        (GOOD.replace('title = "ASGI"', ""), "missing required field `title` - at `word[0]`"),
        (GOOD.replace("title", "titel"), "contains unknown field `titel` - at `word[0]`"),
        (GOOD.replace('"ASGI"', '" "'), "word[0].title: expected some text, but ' ' came."),
        (GOOD.replace("https:", "http:"), "word[0].url: expected an address that begins with https://, but 'http:"),
        (GOOD.replace("it is.", "it is"), "word[0].meaning: expected whole sentences, but 'What it is' came."),
        (GOOD.replace('["scope"]', '"scope"'), "Expected `array`, got `str` - at `word[0].forms`"),
        (GOOD.replace('["scope"]', "[]"), "word[0].forms: expected at least one, none of them empty, but [] came."),
        (GOOD + GOOD, "word[1].forms: expected what 'scope' does not have, but 'scope' came."),
    ],
)
def test_a_mistake_is_reported_with_file_field_and_what_was_expected(
    wrong: str, sentence: str, tmp_path: Path
) -> None:
    file = write(tmp_path, wrong)
    with pytest.raises(TomlFileError) as refused:
        load_glossary(file)
    assert str(file) in str(refused.value)
    assert sentence in str(refused.value)


def test_a_wrong_file_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FILE", write(tmp_path, "word = []"))
    glossary.cache_clear()
    try:
        (error,) = run_checks()
    finally:
        glossary.cache_clear()
    assert error.is_serious()
    assert "word: expected at least one" in error.msg
