"""What strangers wrote is shown, and does nothing else."""

import logging
import sys

import pytest

from dashboard.lib.printable import PrintableFormatter, printable, printable_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gunicorn -b :8000 wsgi", "gunicorn -b :8000 wsgi"),
        ("Grüße 漢字 🚦", "Grüße 漢字 🚦"),
        ("one\ntwo\r\tthree", "one\\ntwo\\r\\tthree"),
        ("\x1b[2J\x1b]0;title\x07", "\\x1b[2J\\x1b]0;title\\x07"),
        ("\x9b31m\x7f\x00", "\\x9b31m\\x7f\\x00"),
        ("\u202etxt.exe \u2028 \ufeff", "\\u202etxt.exe \\u2028 \\ufeff"),
        ("\ud800", "\\ud800"),
    ],
)
def test_control_characters_are_escaped_and_letters_are_not(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_the_lines_of_a_text_stay_lines() -> None:
    assert printable_lines("one\x1b[2J\ntwo\r") == "one\\x1b[2J\ntwo\\r"


def test_a_log_record_moves_no_cursor() -> None:
    try:
        raise ValueError("\x1b[2J")
    except ValueError:
        record = logging.LogRecord("g", logging.ERROR, "f", 1, "%s failed", ("a\nb\x07",), sys.exc_info())
    first, *traceback = PrintableFormatter("%(levelname)s %(message)s").format(record).split("\n")
    assert first == "ERROR a\\nb\\x07 failed"
    assert traceback[-1] == "ValueError: \\x1b[2J"
