"""From an uploaded file to a recording: a process reads it, a thread takes its spans in, and the film is kept.

Nothing is written before the whole file was read, so a bad file never touches what was kept before.
"""

import asyncio
import json
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.ingest.limits import MIB
from dashboard.interchange.limits import ImportLimits
from dashboard.interchange.metadata import About
from dashboard.interchange.refusal import ImportRefusedError
from dashboard.recordings.models import Recording
from dashboard.recordings.storage import FilmError, import_film
from dashboard.traces.span import Span

ROOT = Path(__file__).resolve().parents[2]
WORKER = "dashboard.interchange.worker"
AT_ONCE = 2
BUSY = f"{AT_ONCE} files are being imported already: wait until one of them has finished, then try again."
DIED = "The file could not be read: the process that read it died. Export fewer traces into one file and try again."
SLOW = "The file could not be read within {seconds:.0f} s: export fewer traces into one file and try again."
LINE_BYTES = 64 * MIB
"""Of the worker's last word, which holds a run's figures."""

Told = Callable[[int], object]
"""Is told how many spans were read so far."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file. `notes` says in sentences what was left out and what is odd."""

    recording: Recording
    notes: list[str]


class Importer:
    """Imports files, few at once: each may cost a process of its own with as much memory as the limits allow."""

    def __init__(self, limits: ImportLimits | None = None) -> None:
        self.limits = limits or ImportLimits()
        self._running = 0

    async def import_file(self, path: Path, title: str, told: Told) -> Imported:
        """Keep the film that is in this file. Raises ImportRefusedError with a sentence when there is none."""
        if self._running >= AT_ONCE:
            raise ImportRefusedError(BUSY, status=429)
        self._running += 1
        try:
            with tempfile.TemporaryDirectory(prefix="gatescope-import-") as folder:
                result = Path(folder) / "spans"
                end = await self._read(path, result, told)
                spans = await asyncio.to_thread(_spans, result)
            about = About.of_json(end["about"])
            recording = await import_film(
                about.title or title, spans, run=about.run, servers=about.servers, backlog=about.backlog
            )
            return Imported(recording, end["notes"])
        except FilmError as error:
            raise ImportRefusedError(str(error)) from error
        finally:
            self._running -= 1

    async def _read(self, path: Path, result: Path, told: Told) -> dict[str, Any]:
        """What the worker says in the end."""
        command = [sys.executable, "-m", WORKER, str(path), str(result)]
        worker = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=PIPE, cwd=ROOT, limit=LINE_BYTES, start_new_session=True
        )
        try:
            async with asyncio.timeout(self.limits.reading_s):
                return await _last_word(worker, told)
        except TimeoutError as error:
            raise ImportRefusedError(SLOW.format(seconds=self.limits.reading_s)) from error
        finally:
            with suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()


async def _last_word(worker: Process, told: Told) -> dict[str, Any]:
    if worker.stdout is None:
        raise TypeError("the worker needs a pipe")
    async for line in worker.stdout:
        word: dict[str, Any] = json.loads(line)
        if "refused" in word:
            raise ImportRefusedError(word["refused"])
        if "notes" in word:
            return word
        told(word["spans"])
    raise ImportRefusedError(DIED)


def _spans(result: Path) -> list[Span]:
    with result.open(encoding="ascii") as file:
        return [Span.from_json(json.loads(line)) for line in file]


importer = Importer()
"""The importer of this process."""
