"""Keeps films and loads them: a run's when it has ended, a take's by hand, an import's from elsewhere.

Packing takes time and is done in a thread; the database is only touched afterwards, for a short while.
"""

import asyncio
import secrets
from collections.abc import Sequence

import msgspec
from asgiref.sync import sync_to_async
from django.db import transaction

from dashboard.fleet.supervisor import Fleet
from dashboard.recordings.draft import Draft, FilmError, draft_recording
from dashboard.recordings.eviction import held, make_room
from dashboard.recordings.film import BacklogSteps, Film, FilmJson, ServerFacts, unpack, unpack_spans
from dashboard.recordings.models import IMPORT, RUN, TAKE, RecordedTrace, Recording
from dashboard.runs.results import RunResult
from dashboard.traces.span import Span
from dashboard.types import JsonObject

BATCH = 500
MIB = 1024 * 1024


async def keep_run(
    fleet: Fleet, run: RunResult, spans: Sequence[Span], backlog: BacklogSteps | None = None
) -> Recording:
    """Keep a finished run and its film together: both or neither.

    A run of which no span is left is kept without a film; its recording then has nothing to play.
    """
    film = Film(spans, run=msgspec.to_builtins(run), backlog=backlog or {})
    return await _keep(fleet, film, RUN, run.id, f"{run.scenario} × {run.count}", run=run)


async def keep_take(
    fleet: Fleet, spans: Sequence[Span], title: str = "", backlog: BacklogSteps | None = None
) -> Recording:
    """Keep requests that were not fired from here. Raise FilmError when there is nothing or too much."""
    return await _keep(fleet, Film(spans, backlog=backlog or {}), TAKE, _new_id(), title)


async def keep_import(
    fleet: Fleet,
    title: str,
    spans: Sequence[Span],
    *,
    run: JsonObject | None = None,
    servers: Sequence[ServerFacts] = (),
    backlog: BacklogSteps | None = None,
) -> Recording:
    """Keep a film from elsewhere under a new id. `servers` are facts that came with it; others are looked up in
    the fleet.

    Raise FilmError when there is nothing or too much.
    """
    return await _keep(fleet, Film(spans, servers, run, backlog or {}), IMPORT, _new_id(), title)


def load_film(recording: Recording) -> FilmJson:
    """Return the film; an empty one when it is gone. Not on an event loop: it may be large."""
    if recording.film is None:
        return {"spans": [], "run": None, "servers": [], "backlog": {}}
    return unpack(bytes(recording.film))


def load_spans(recording: Recording) -> list[Span]:
    """Return the spans of a recording; [] when its film is gone. Not on an event loop."""
    return unpack_spans(bytes(recording.film)) if recording.film is not None else []


def save(draft: Draft) -> None:
    """Write a draft as a whole, then make room."""
    with transaction.atomic():
        if draft.run:
            draft.run.save(force_insert=True)
        draft.recording.save(force_insert=True)
        RecordedTrace.objects.bulk_create(draft.traces, batch_size=BATCH)
    make_room()


async def _keep(
    fleet: Fleet, film: Film, source: str, recording_id: str, title: str, *, run: RunResult | None = None
) -> Recording:
    draft = await asyncio.to_thread(draft_recording, fleet, film, source, recording_id, title, run=run)
    await sync_to_async(_save_if_it_fits)(draft)
    return draft.recording


def _save_if_it_fits(draft: Draft) -> None:
    """Write a draft. What somebody keeps is refused where it would push out what was kept before: FilmError."""
    if draft.recording.kept and (why := why_full(draft.recording.bytes)):
        raise FilmError(why)
    save(draft)


def why_full(size: int) -> str:
    """Say why no film of `size` bytes can be kept; empty when it can."""
    now = held(kept=True)
    if now.has_room_for(size):
        return ""
    most = f"{now.budget.recordings:,} recordings or {now.budget.bytes / MIB:,.0f} MiB"
    return f"No more can be kept: {now.recordings:,} recordings are, of at most {most}. Delete some of them first."


def _new_id() -> str:
    return secrets.token_hex(8)
