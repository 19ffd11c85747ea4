"""The words: what is said of each, how they are found in a text, and how a mistake in their file is told."""

from pathlib import Path

import pytest

from dashboard.glossary.glossary import GlossaryError, glossary, read
from dashboard.templatetags.words import worded

GOOD = """
[[word]]
term = "scope"
forms = ["scope"]
group = "Interfaces"
meaning = "What it is."
title = "ASGI"
url = "https://asgi.readthedocs.io/"
"""


def _said_of(tmp_path: Path, text: str) -> str:
    file = tmp_path / "words.toml"
    file.write_text(text)
    with pytest.raises(GlossaryError) as refused:
        read(file)
    return str(refused.value)


def test_each_word_is_one_or_two_sentences_with_a_page_that_says_so() -> None:
    words = glossary().words
    assert len(words) >= 30
    for word in words:
        sentences = [part for part in word.meaning.split(". ") if part]
        assert 1 <= len(sentences) <= 3, word.term
        assert len(word.meaning) < 220, word.term


def test_a_words_first_occurrence_is_marked_and_the_longest_form_wins() -> None:
    pieces = list(glossary().pieces("A worker's thread pool: Threads, threads and workers; multi-thread, threading"))

    assert "".join(piece.text for piece in pieces) == (
        "A worker's thread pool: Threads, threads and workers; multi-thread, threading"
    )
    assert [(piece.text, piece.word.term) for piece in pieces if piece.word] == [
        ("worker", "worker"),
        ("thread pool", "thread pool"),
        ("Threads", "thread"),
    ]


def test_a_text_is_escaped_around_and_within_its_words() -> None:
    html = worded('<script>alert("scope")</script> & HTTP/2')

    assert "<script>" not in html
    assert '&lt;script&gt;alert(&quot;<button type="button" class="word" popovertarget="word-scope">scope' in html
    assert html.endswith('&amp; <button type="button" class="word" popovertarget="word-http-2">HTTP/2</button>')


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("[[word", "words.toml cannot be read as TOML: "),
        ("[[words]]\nterm = 'a'", "words.toml: expected [[word]] tables and nothing else, got ['words']."),
        (GOOD.replace('title = "ASGI"', ""), "words.toml, word 1 ('scope'): field 'title' is None, expected a text."),
        (GOOD.replace("title", "titel"), "words.toml, word 1 ('scope'): field 'titel' is not known, expected forms,"),
        (GOOD.replace("https:", "http:"), "field 'url' is 'http://asgi.readthedocs.io/', expected an address that"),
        (GOOD.replace('["scope"]', '"scope"'), "field 'forms' is 'scope', expected a list of texts."),
        (
            GOOD + GOOD,
            "words.toml ('scope'): field 'forms' has 'scope', which 'scope' has already; expected each once.",
        ),
    ],
)
def test_a_mistake_names_file_word_and_field_and_what_was_expected(wrong: str, sentence: str, tmp_path: Path) -> None:
    assert sentence in _said_of(tmp_path, wrong)
