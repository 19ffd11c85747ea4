"""What commands print: laid out on a terminal, plain when it is piped, and never what would move a cursor."""

from io import StringIO

import pytest
from django.core.management.base import OutputWrapper

from dashboard.cli.terminal import BAD, GOOD, Cell, Heading, Row, Terminal

EVIL = "psql\x1b[2J [bold]-W[/bold]\r"
HEADINGS = [Heading("", "left"), Heading("total", "right"), Heading("where")]
ROWS: list[Row] = [[Cell("ok", GOOD), "1.25 s", EVIL], [Cell("FAIL", BAD), "12.5 s", "w" * 200]]


class _Screen(StringIO):
    def isatty(self) -> bool:
        return True


def shown(output: StringIO) -> str:
    terminal = Terminal(OutputWrapper(output))
    with terminal.progress("Firing \x1b[2J") as advance:
        advance(0.5)
    terminal.say(f"Ready\n{EVIL}", GOOD)
    terminal.show_table(HEADINGS, ROWS)
    return output.getvalue()


def expect_plain(text: str) -> None:
    escaped = "psql\\x1b[2J [bold]-W[/bold]\\r"
    assert text.splitlines() == [
        "Ready",
        escaped,
        "       total  where",
        f"ok    1.25 s  {escaped}",
        f"FAIL  12.5 s  {'w' * 200}",
    ]


def test_what_is_piped_is_plain_lines_that_nothing_folds() -> None:
    expect_plain(shown(StringIO()))


def test_no_color_is_plain_on_a_terminal_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    expect_plain(shown(_Screen()))


def test_a_terminal_gets_a_table_in_colours_and_no_control_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    text = shown(_Screen())
    assert "\x1b[32mok" in text
    assert "─" in text
    assert "Firing \\x1b[2J" in text
    assert "\x1b[2J" not in text
    assert "[bold]-W[/bold]" in text
    assert text.count("w") == 201  # folded, not cut; one is in "where"
