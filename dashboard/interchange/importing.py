"""From an uploaded file to a recording: a process reads it, a thread loads its spans, and the film is kept.

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

from dashboard.fleet.supervisor import Fleet
from dashboard.ingest.limits import MIB
from dashboard.interchange.limits import ImportLimits
from dashboard.interchange.messages import Finished, Message
from dashboard.interchange.metadata import FilmMetadata
from dashboard.interchange.refusal import ImportRefusedError
from dashboard.lib.installation import ROOT
from dashboard.recordings.draft import FilmError
from dashboard.recordings.models import Recording
from dashboard.recordings.storage import keep_import
from dashboard.traces.source import read_sources
from dashboard.traces.span import Span

WORKER = "dashboard.interchange.worker"
AT_ONCE = 2
BUSY = f"{AT_ONCE} files are being imported already: wait until one of them has finished, then try again."
DIED = "The file could not be read: the process that read it died. Export fewer traces into one file and try again."
SLOW = "The file could not be read within {seconds:.0f} s: export fewer traces into one file and try again."
LINE_BYTES = 64 * MIB
"""Of the worker's last message, which holds a run's figures."""

OnProgress = Callable[[int], object]
"""Called with the number of spans read so far."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import. `notes` are sentences about what was left out and what is odd."""

    recording: Recording
    notes: list[str]


class Importer:
    """Imports files, few at once: each may cost a process of its own with as much memory as the limits allow."""

    def __init__(self, fleet: Fleet, limits: ImportLimits | None = None) -> None:
        self._fleet = fleet
        self.limits = limits or ImportLimits()
        self._running = 0

    async def import_file(self, path: Path, title: str, on_progress: OnProgress) -> Imported:
        """Keep the film that is in this file. Raise ImportRefusedError with a sentence when there is none."""
        if self._running >= AT_ONCE:
            raise ImportRefusedError(BUSY, status=429)
        self._running += 1
        try:
            with tempfile.TemporaryDirectory(prefix="gatescope-import-") as folder:
                result = Path(folder) / "spans"
                finished = await self._read(path, result, on_progress)
                spans = await asyncio.to_thread(_load_spans, result)
            metadata = FilmMetadata.parse(finished["metadata"])
            recording = await keep_import(
                self._fleet,
                metadata.title or title,
                spans,
                run=metadata.run,
                servers=metadata.servers,
                backlog=metadata.backlog,
            )
            return Imported(recording, finished["notes"])
        except FilmError as error:
            raise ImportRefusedError(str(error)) from error
        finally:
            self._running -= 1

    async def _read(self, path: Path, result: Path, on_progress: OnProgress) -> Finished:
        command = [sys.executable, "-m", WORKER, str(path), str(result)]
        worker = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=PIPE, cwd=ROOT, limit=LINE_BYTES, start_new_session=True
        )
        try:
            async with asyncio.timeout(self.limits.reading_s):
                return await _follow(worker, on_progress)
        except TimeoutError as error:
            raise ImportRefusedError(SLOW.format(seconds=self.limits.reading_s)) from error
        finally:
            with suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()


async def _follow(worker: Process, on_progress: OnProgress) -> Finished:
    """Read what the worker prints until it has finished."""
    if worker.stdout is None:
        raise TypeError("the worker needs a pipe")
    async for line in worker.stdout:
        message: Message = json.loads(line)
        if "refused" in message:
            raise ImportRefusedError(message["refused"])
        if "notes" in message:
            return message
        on_progress(message["spans"])
    raise ImportRefusedError(DIED)


def _load_spans(result: Path) -> list[Span]:
    with result.open(encoding="ascii") as file:
        sources = read_sources(json.loads(file.readline()))
        return [Span.from_json(json.loads(line), sources) for line in file]
