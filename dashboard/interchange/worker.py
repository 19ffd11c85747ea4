"""Reads one file in a process of its own, so that no loop stalls and memory is freed: `python -m … FILE RESULT`.

Prints messages (`messages.py`) while it reads. In the end the spans are in the file RESULT, one a line, as
`Span.encode` writes them, below a line with their sources.
"""

import json
import resource
import sys
import time
from pathlib import Path

from dashboard.interchange.limits import ImportLimits
from dashboard.interchange.messages import Message
from dashboard.interchange.reader import FileContent, read_file
from dashboard.interchange.refusal import ImportRefusedError
from dashboard.traces.source import sources_of

REPORT_EVERY_S = 0.2
TOO_MUCH_MEMORY = "The file takes more memory than an import may use: export fewer traces into one file."


def main(source: Path, result: Path) -> None:
    """Read the file and report the outcome."""
    limits = ImportLimits()
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    # Nobody else ends this process if the dashboard is killed meanwhile.
    resource.setrlimit(resource.RLIMIT_CPU, (int(limits.reading_s), int(limits.reading_s)))
    try:
        with source.open("rb") as file:
            content = read_file(file, limits, time.time_ns(), _ProgressReporter().report)
        _write(content, result)
    except ImportRefusedError as error:
        _print({"refused": error.message})
    except MemoryError:
        _print({"refused": TOO_MUCH_MEMORY})
    else:
        _print({"notes": content.notes, "metadata": content.metadata})


def _write(content: FileContent, result: Path) -> None:
    with result.open("w", encoding="ascii") as file:
        file.write(json.dumps(sources_of(content.spans)) + "\n")
        file.writelines(f"{span.encode()}\n" for span in content.spans)


class _ProgressReporter:
    """Reports now and then how many spans have been read."""

    def __init__(self) -> None:
        self._next_s = 0.0

    def report(self, spans: int) -> None:
        now_s = time.monotonic()
        if now_s >= self._next_s:
            self._next_s = now_s + REPORT_EVERY_S
            _print({"spans": spans})


def _print(message: Message) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
