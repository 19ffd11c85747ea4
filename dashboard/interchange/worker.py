"""Reads one file in a process of its own, so that no loop stalls and memory goes back: `python -m … FILE RESULT`.

Prints a JSON object a line: {"spans": N} while it reads; in the end {"notes": [...], "about": {...}}, or
{"refused": sentence}. The spans are in the file RESULT then, one a line, as `Span.encoded` writes them.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from dashboard.interchange.limits import ImportLimits
from dashboard.interchange.reader import Found, read_file
from dashboard.interchange.refusal import ImportRefusedError

TELL_EVERY_S = 0.2
TOO_MUCH_MEMORY = "The file takes more memory than an import may have: export fewer traces into one file."


def main(source: Path, result: Path) -> None:
    """Read the file and say what came of it."""
    limits = ImportLimits()
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    # Nobody else ends it when the dashboard is killed meanwhile.
    resource.setrlimit(resource.RLIMIT_CPU, (int(limits.reading_s), int(limits.reading_s)))
    try:
        with source.open("rb") as file:
            found = read_file(file, limits, time.time_ns(), _Teller().spans)
        _write(found, result)
    except ImportRefusedError as why:
        _say({"refused": why.message})
    except MemoryError:
        _say({"refused": TOO_MUCH_MEMORY})
    else:
        _say({"notes": found.notes, "about": found.about})


def _write(found: Found, result: Path) -> None:
    with result.open("w", encoding="ascii") as file:
        file.writelines(f"{span.encode()}\n" for span in found.spans)


class _Teller:
    """Tells from time to time how far the reading is."""

    def __init__(self) -> None:
        self._next_s = 0.0

    def spans(self, number: int) -> None:
        now_s = time.monotonic()
        if now_s >= self._next_s:
            self._next_s = now_s + TELL_EVERY_S
            _say({"spans": number})


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
