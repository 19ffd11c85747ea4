"""What strangers wrote is shown, and does nothing else."""

import pytest

from dashboard.lib.printable import printable


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
