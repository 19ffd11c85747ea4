"""What a command prints: laid out by rich on a terminal, plain lines where it is piped or NO_COLOR is set.

Every text is made printable here, so what comes from outside cannot move a cursor, and rich's markup is not read.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Literal

from django.core.management.base import OutputWrapper
from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from dashboard.lib.printable import printable

GOOD = "green"
BAD = "bold red"
STRONG = "bold"
PLAIN_WIDTH = 10_000
"""Columns for what is no terminal: nothing is folded or cut."""

Advance = Callable[[float], None]
"""Tells which share is done by now, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The top of a column. A number stands at its right."""

    text: str
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Cell:
    """A text with a style, which a plain output leaves out."""

    text: str
    style: str = ""


Row = Sequence[str | Cell]


class Terminal:
    """One output of a command. A `quiet` one shows no progress: its output is for a program, also on a terminal."""

    def __init__(self, output: OutputWrapper, *, quiet: bool = False) -> None:
        self._output = output
        self._is_quiet = quiet
        self._is_plain = not output.isatty() or bool(os.environ.get("NO_COLOR"))
        self._console = Console(
            file=_Written(output),
            force_terminal=not self._is_plain,
            no_color=self._is_plain,
            width=PLAIN_WIDTH if self._is_plain else None,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def say(self, text: str, style: str = "") -> None:
        """Print a text of one or more lines, at once."""
        for line in text.split("\n"):
            if self._is_plain:
                self._write(printable(line))
            else:
                self._console.print(Text(printable(line), style), soft_wrap=True)

    def say_parts(self, *parts: str | Cell) -> None:
        """Print one line that is made of texts with styles of their own, at once."""
        texts = [_text(part) for part in parts]
        if self._is_plain:
            self._write("".join(text.plain for text in texts).rstrip())
        else:
            self._console.print(Text.assemble(*texts), soft_wrap=True)

    def show_table(self, headings: Sequence[Heading], rows: Iterable[Row]) -> None:
        """Print a table."""
        table = Table(box=None if self._is_plain else box.SIMPLE_HEAD, pad_edge=not self._is_plain, padding=(0, 1))
        for heading in headings:
            table.add_column(heading.text, justify=heading.align, overflow="fold")
        for row in rows:
            table.add_row(*(_text(cell) for cell in row))
        if not self._is_plain:
            self._console.print(table)
            return
        with self._console.capture() as captured:
            self._console.print(table)
        for line in captured.get().splitlines():
            self._write(line.rstrip())

    @contextmanager
    def progress(self, what: str) -> Iterator[Advance]:
        """Show how far something is while it lasts, on a terminal alone; until a share is told, that it goes on."""
        if self._is_plain or self._is_quiet:
            yield lambda _share: None
            return
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task(printable(what), total=None)
            yield lambda share: progress.update(task, completed=share, total=1)

    def _write(self, line: str) -> None:
        self._output.write(line)
        self._output.flush()


class _Written(StringIO):
    """What rich takes for a file: passes on what is written, also without the end of a line."""

    def __init__(self, output: OutputWrapper) -> None:
        super().__init__()
        self._output = output

    def write(self, text: str, /) -> int:
        """Pass a text on."""
        self._output.write(text, ending="")
        return len(text)

    def flush(self) -> None:
        """Pass it on at once."""
        self._output.flush()


def _text(cell: str | Cell) -> Text:
    shown = cell if isinstance(cell, Cell) else Cell(cell)
    return Text(printable(shown.text), shown.style)
