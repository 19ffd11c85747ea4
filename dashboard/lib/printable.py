"""Text of strangers, such as another program's command line, for a terminal or one line of a page."""

import logging
from typing import Any


def printable(text: str) -> str:
    """Return the text with everything that would move a cursor, change a colour or end the line escaped."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def printable_lines(text: str) -> str:
    """Return a text of several lines, each of them printable."""
    return "\n".join(map(printable, text.split("\n")))


class PrintableFormatter(logging.Formatter):
    """Formats records for a terminal: a message is one line, and the lines of a traceback are printable."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's
        """Return the first line."""
        record.message = printable(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's
        """Return the traceback."""
        return printable_lines(super().formatException(ei))
