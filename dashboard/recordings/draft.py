"""Turns a film into a recording: packs it and works out its columns. Takes a while, and touches no database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.utils import timezone

from dashboard.fleet.entry import OBSERVED
from dashboard.fleet.supervisor import Fleet
from dashboard.lib.text import list_some
from dashboard.recordings import limits
from dashboard.recordings.film import Film, ServerFacts
from dashboard.recordings.models import IMPORT, RUN, RecordedServer, RecordedTrace, Recording
from dashboard.recordings.summary import FilmSummary, clean, describe_servers, summarize
from dashboard.runs.models import Run
from dashboard.runs.results import RunResult
from dashboard.traces.span import Span

LONGEST_TITLE = 200
LONGEST_SCENARIO = 80
LONGEST_SERVER = 200


class FilmError(ValueError):
    """There is nothing to keep, or too much; the message says what was expected, what came and what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A recording as it will be written: its row, the traces in it, and the run whose results belong to it."""

    recording: Recording
    traces: Sequence[RecordedTrace]
    run: Run | None = None


@dataclass(frozen=True, slots=True)
class _Totals:
    """What was fired, and how it went."""

    scenario: str
    requests: int
    failed: int


def draft_recording(
    fleet: Fleet, film: Film, source: str, recording_id: str, title: str, *, run: RunResult | None = None
) -> Draft:
    """Draft the recording of a film, which is that of `run` or another. Raise FilmError."""
    _check(film.spans, may_be_empty=source == RUN)
    summary = summarize(film.spans, limits.LIMITS.text) if film.spans else _summarize_nothing()
    given = {server.name: server for server in film.servers}
    servers = describe_servers(summary.requests, lambda name: given.get(name) or _look_up(fleet, name, source))
    packed = Film(film.spans, servers, film.run, film.backlog).pack()
    totals = _totals_of_run(run) if run else _totals_of_spans(summary)
    title = clean_title(title) or _title(summary, servers)
    recording = Recording(
        id=recording_id,
        source=source,
        kept=source != RUN,
        title=title,
        scenario=totals.scenario,
        lesson=run.lesson if run else None,
        servers=[_server_column(server, run) for server in servers],
        requests=totals.requests,
        failed=totals.failed,
        spans=len(film.spans),
        bytes=len(packed),
        duration_s=summary.duration_s,
        started_at=summary.started_at,
        film=packed,
        text=f"{title_line(title)}\n{_text(servers, summary, run)}",
    )
    return Draft(recording, _recorded_traces(recording, summary), Run.of_result(run) if run else None)


def clean_title(title: str) -> str:
    """Return a title as it is kept: printable, and not too long."""
    return clean(title).strip()[:LONGEST_TITLE]


def title_line(title: str) -> str:
    """Return the first line of what a search looks through."""
    return " ".join(title.lower().split())


def _check(spans: Sequence[Span], *, may_be_empty: bool) -> None:
    most = limits.LIMITS
    if not spans and not may_be_empty:
        raise FilmError("It has no spans: expected at least one request.")
    if len(spans) > most.spans:
        raise FilmError(f"It has {len(spans):,} spans: expected at most {most.spans:,}. Keep fewer of its requests.")
    if (number := len({span.trace_id for span in spans})) > most.traces:
        raise FilmError(f"It has {number:,} traces: expected at most {most.traces:,}. Keep fewer of its requests.")


def _look_up(fleet: Fleet, name: str, source: str) -> ServerFacts | None:
    """Return what our own fleet says of a server, with its command line if it was fired at just now."""
    state = fleet.states().get(name)
    if state is None or state.interface not in OBSERVED:
        return None
    command = state.public_command if source != IMPORT else ""
    return ServerFacts(name, state.title, state.interface, fleet.entry(name).why, command)


def _totals_of_run(run: RunResult) -> _Totals:
    """Return them as the runner counted them."""
    results = run.servers.values()
    return _Totals(run.scenario, sum(len(one.requests) for one in results), sum(one.errors for one in results))


def _totals_of_spans(summary: FilmSummary) -> _Totals:
    return _Totals(summary.scenario[:LONGEST_SCENARIO], len(summary.requests), summary.failed)


def _server_column(server: ServerFacts, run: RunResult | None) -> RecordedServer:
    """Return what the list says of a server, with its figures if there was a run."""
    facts: Mapping[str, str] = asdict(server)
    cleaned = {name: clean(value) for name, value in facts.items()}
    column = RecordedServer(
        name=cleaned["name"],
        title=cleaned["title"],
        interface=cleaned["interface"],
        why=cleaned["why"],
        command=cleaned["command"],
    )
    if run and (result := run.servers.get(server.name)):
        column["last_s"], column["failed"] = result.last_s, result.errors
    return column


def _recorded_traces(recording: Recording, summary: FilmSummary) -> list[RecordedTrace]:
    requests = [(request.trace_id, clean(request.server)[:LONGEST_SERVER]) for request in summary.requests]
    return [
        RecordedTrace(recording=recording, trace_id=trace_id, server=server)
        for trace_id, server in [*requests, *((trace_id, "") for trace_id in summary.messages)]
    ]


def _title(summary: FilmSummary, servers: Sequence[ServerFacts]) -> str:
    number = len(summary.requests)
    title = f"{number:,} request{'' if number == 1 else 's'} at {list_some([server.title for server in servers])}"
    return title[:LONGEST_TITLE]


def _text(servers: Sequence[ServerFacts], summary: FilmSummary, run: RunResult | None) -> str:
    names = [name for server in servers for name in (server.name, server.title)]
    if run and run.lesson is not None:
        names.append(f"lesson {run.lesson}")
    return clean("\n".join(names)).lower()[: limits.LIMITS.text] + "\n" + summary.words


def _summarize_nothing() -> FilmSummary:
    return FilmSummary(requests=(), messages=(), started_at=timezone.now(), duration_s=0.0, scenario="", words="")
