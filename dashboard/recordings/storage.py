"""Keeps films and gives them back: a run's when it has ended, a take's by hand, an import's from elsewhere.

Packing takes time and is done in a thread; the database is touched shortly afterwards. There are never more films
than `limits` allow: the oldest make room, and leave a stub that says so.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import msgspec
from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from dashboard.fleet.current import fleet
from dashboard.fleet.entry import OBSERVED
from dashboard.recordings.film import Film, ServerFacts, Steps, spans_of, unpacked
from dashboard.recordings.limits import RecordingLimits
from dashboard.recordings.models import EVICTED, IMPORT, RUN, TAKE, RecordedTrace, Recording
from dashboard.recordings.summary import Summary, clean, servers_of, summary
from dashboard.runs.models import Run
from dashboard.runs.results import RunResult
from dashboard.traces.span import Span

LONGEST_TITLE = 200
LONGEST_SCENARIO = 80
BATCH = 500

limits = RecordingLimits()


class FilmError(ValueError):
    """There is nothing to keep, or too much; the message says what was expected, what came and what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A recording as it will be written: its row, the traces in it, and the run whose figures belong to it."""

    recording: Recording
    traces: Sequence[RecordedTrace]
    run: Run | None = None


async def keep(run: RunResult, spans: Sequence[Span], backlog: Steps | None = None) -> Recording:
    """Keep a finished run and its film together: both or neither.

    A run of which no span is left is kept without a film; its recording then has nothing to play.
    """
    film = Film(spans, run=msgspec.to_builtins(run), backlog=backlog or {})
    return await _write(film, RUN, run.id, f"{run.scenario} × {run.count}", run)


async def keep_take(spans: Sequence[Span], title: str = "", backlog: Steps | None = None) -> Recording:
    """Keep what others' requests did. Raises FilmError when there is nothing or too much."""
    return await _write(Film(spans, backlog=backlog or {}), TAKE, _new_id(), title)


async def import_film(
    title: str,
    spans: Sequence[Span],
    *,
    run: Mapping[str, Any] | None = None,
    servers: Sequence[ServerFacts] = (),
    backlog: Steps | None = None,
) -> Recording:
    """Keep a film from elsewhere under a new id. `servers` are facts that came with it; others are looked up.

    Raises FilmError when there is nothing or too much.
    """
    return await _write(Film(spans, servers, run, backlog or {}), IMPORT, _new_id(), title)


def film(recording: Recording) -> dict[str, Any]:
    """The film in its JSON form (see film.py); {} when it is gone. Not on an event loop: it may be large."""
    return unpacked(bytes(recording.film)) if recording.film is not None else {}


def film_spans(recording: Recording) -> list[Span]:
    """The spans of a recording; [] when its film is gone. Not on an event loop."""
    return spans_of(bytes(recording.film)) if recording.film is not None else []


async def _write(film: Film, source: str, recording_id: str, title: str, run: RunResult | None = None) -> Recording:
    draft = await asyncio.to_thread(drafted, film, source, recording_id, title, run)
    await sync_to_async(save)(draft)
    return draft.recording


def drafted(film: Film, source: str, recording_id: str, title: str, run: RunResult | None = None) -> Draft:
    """Pack a film, that of `run` or another, and work out its columns; touches no database. Raises FilmError."""
    _check(film, source)
    about = summary(film.spans, limits.text) if film.spans else _nothing()
    given = {server.name: server for server in film.servers}
    facts = servers_of(about.requests, lambda name: given.get(name) or _from_table(name, source))
    packed = Film(film.spans, facts, film.run, film.backlog).packed()
    title = clean(title).strip()[:LONGEST_TITLE] or _title(about, facts)
    recording = Recording(
        id=recording_id,
        source=source,
        title=title,
        servers=[_cleaned(server) | _figures(run, server.name) for server in facts],
        spans=len(film.spans),
        bytes=len(packed),
        duration_s=about.duration_s,
        started_at=about.started_at,
        film=packed,
        text=_text(title, facts, about),
        **_columns(run, about),
    )
    return Draft(recording, _recorded(recording, about), Run.of_result(run) if run else None)


def save(draft: Draft) -> None:
    """Write a draft as a whole, then make room."""
    with transaction.atomic():
        if draft.run:
            draft.run.save(force_insert=True)
        draft.recording.save(force_insert=True)
        RecordedTrace.objects.bulk_create(draft.traces, batch_size=BATCH)
    make_room()


def make_room() -> None:
    """Empty the films that can no longer be brought back, and the oldest while there are too many or too much."""
    with transaction.atomic():
        empty(_with_film().filter(gone_at__lt=timezone.now() - timedelta(seconds=limits.undo_s)), "")
        while surplus := _surplus():
            empty(surplus, EVICTED)
        stubs = Recording.objects.filter(film=None).order_by("-gone_at").values("pk")[limits.stubs :]
        Recording.objects.filter(pk__in=[row["pk"] for row in stubs]).delete()


def empty(recordings: QuerySet[Recording], why: str) -> None:
    """Leave stubs of these recordings. `why` is said of those that nobody had deleted."""
    ids = list(recordings.values_list("pk", flat=True))
    RecordedTrace.objects.filter(recording__in=ids).delete()
    Run.objects.filter(pk__in=ids).delete()
    found = Recording.objects.filter(pk__in=ids)
    found.filter(gone="").update(gone=why, gone_at=timezone.now())
    found.update(film=None, bytes=0, text="")


def _surplus() -> QuerySet[Recording] | None:
    """The next film to go: of those that were deleted the longest ago, then the oldest; None when all may stay."""
    held = _with_film().aggregate(number=Count("pk"), size=Sum("bytes"))
    if held["number"] <= limits.recordings and (held["size"] or 0) <= limits.bytes:
        return None
    deleted = _with_film().exclude(gone="").order_by("gone_at").values_list("pk", flat=True).first()
    oldest = deleted or _with_film().order_by("created_at", "pk").values_list("pk", flat=True).first()
    return Recording.objects.filter(pk=oldest)


def _with_film() -> QuerySet[Recording]:
    return Recording.objects.filter(~Q(film=None))


def _check(film: Film, source: str) -> None:
    if not film.spans and source != RUN:
        raise FilmError("There is no span in it: expected at least one request.")
    if len(film.spans) > limits.spans:
        raise FilmError(
            f"It has {len(film.spans):,} spans: expected at most {limits.spans:,}. Keep fewer requests of it."
        )
    if (number := len({span.trace_id for span in film.spans})) > limits.traces:
        raise FilmError(f"It has {number:,} traces: expected at most {limits.traces:,}. Keep fewer requests of it.")


def _columns(run: RunResult | None, about: Summary) -> dict[str, Any]:
    """Scenario and figures: as the runner counted them, else as the spans tell."""
    if run is None:
        return {
            "scenario": about.scenario[:LONGEST_SCENARIO],
            "requests": len(about.requests),
            "failed": about.failed,
        }
    results = run.servers.values()
    return {
        "scenario": run.scenario,
        "requests": sum(len(result.requests) for result in results),
        "failed": sum(result.errors for result in results),
    }


def _figures(run: RunResult | None, server: str) -> dict[str, Any]:
    """What the list says of one server of a run."""
    result = run.servers.get(server) if run else None
    return {"last_s": result.last_s, "failed": result.errors} if result else {}


def _from_table(name: str, source: str) -> ServerFacts | None:
    """What our own table says of a server; the command line only of one that was fired at just now."""
    state = fleet.states().get(name)
    if state is None or state.interface not in OBSERVED:
        return None
    command = " ".join(state.command) if source != IMPORT else ""
    return ServerFacts(name, state.title, state.interface, fleet.entry(name).why, command)


def _recorded(recording: Recording, about: Summary) -> list[RecordedTrace]:
    requests = [(request.trace_id, clean(request.server)[:200]) for request in about.requests]
    return [
        RecordedTrace(recording=recording, trace_id=trace_id, server=server)
        for trace_id, server in [*requests, *((trace_id, "") for trace_id in about.messages)]
    ]


def _cleaned(server: ServerFacts) -> dict[str, str]:
    return {name: clean(value) for name, value in asdict(server).items()}


def _title(about: Summary, facts: Sequence[ServerFacts]) -> str:
    number = len(about.requests)
    return f"{number:,} request{'' if number == 1 else 's'} at {', '.join(server.title for server in facts)}"[
        :LONGEST_TITLE
    ]


def _text(title: str, facts: Sequence[ServerFacts], about: Summary) -> str:
    names = [word for server in facts for word in (server.name, server.title)]
    return clean("\n".join([title, *names])).lower()[: limits.text] + "\n" + about.words


def _nothing() -> Summary:
    return Summary(requests=(), messages=(), started_at=timezone.now(), duration_s=0.0, scenario="", words="")


def _new_id() -> str:
    return secrets.token_hex(8)
