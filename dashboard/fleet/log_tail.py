"""The last lines of what a server printed, bounded in number and length."""

import re
from collections import deque

MAX_LINES = 50
MAX_LINE_CHARACTERS = 500
CUT = "…"

_TERMINAL_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")


class LogTail:
    """Takes bytes as they arrive, cut anywhere, and keeps the last complete lines."""

    def __init__(self, max_lines: int = MAX_LINES, max_characters: int = MAX_LINE_CHARACTERS) -> None:
        self._lines: deque[str] = deque(maxlen=max_lines)
        self._max_characters = max_characters
        self._open = b""

    def feed(self, data: bytes) -> None:
        """Add what was read; an unfinished line waits for its end, no longer than a line may be."""
        *finished, self._open = (self._open + data).split(b"\n")
        self._lines.extend(self._readable(line) for line in finished if line.strip())
        self._open = self._open[: 4 * self._max_characters]

    def lines(self) -> tuple[str, ...]:
        """Return the kept lines, oldest first, with the unfinished one at the end."""
        unfinished = (self._readable(self._open),) if self._open.strip() else ()
        return (*self._lines, *unfinished)

    def _readable(self, line: bytes) -> str:
        text = _TERMINAL_CODES.sub("", line.decode("utf-8", "replace")).rstrip()
        return text if len(text) <= self._max_characters else text[: self._max_characters] + CUT
