"""Recordings for tests, made as the dashboard makes them, all filled in that a test does not care about."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from dashboard.fleet.supervisor import Fleet
from dashboard.recordings.draft import draft_recording
from dashboard.recordings.film import Film
from dashboard.recordings.models import IMPORT, RUN, Recording
from dashboard.recordings.storage import save
from dashboard.runs.results import RequestResult, RunResult, ServerResult
from dashboard.traces.span import Span
from tests.support.spans import SECOND_NS, START_NS, make_span


def request_spans(trace: int = 1, server: str = "uvicorn", status: int = 200, seconds: float = 1.0) -> list[Span]:
    """One request as the client, the server and the view saw it."""
    end_ns = START_NS + int(seconds * SECOND_NS)
    usual: dict[str, Any] = {"trace": trace, "server": server, "start_ns": START_NS, "end_ns": end_ns}
    seen = {"http.response.status_code": status}
    return [
        make_span(trace * 10, stage="client", name="client", attributes=seen, **usual),
        make_span(trace * 10 + 1, stage="server", name="GET", attributes={**seen, "url.path": "/wait/"}, **usual),
        make_span(trace * 10 + 2, stage="view", name="samples.views.wait", **usual),
    ]


def run_result(run_id: str = "0123456789abcdef", server: str = "uvicorn", traces: Sequence[int] = (1,)) -> RunResult:
    """A finished run, of which only what is kept in columns matters here."""
    requests = tuple(RequestResult(trace_id=f"{trace:032x}", index=index) for index, trace in enumerate(traces, 1))
    result = ServerResult(last_s=1.01, requests=requests)
    return RunResult(
        id=run_id, scenario="wait", count=len(traces), concurrency=1, state="done", servers={server: result}
    )


def recorded(number: int = 1, *, spans: Sequence[Span] | None = None, title: str = "", **order: Any) -> Recording:
    """A recording in the database; a run's when `run=True`."""
    lesson = order.pop("lesson", None)
    run = replace(run_result(f"{number:016x}", **order), lesson=lesson) if order.pop("run", False) else None
    film = Film(spans if spans is not None else request_spans(number), run=msgspec.to_builtins(run))
    draft = draft_recording(Fleet(), film, RUN if run else IMPORT, f"{number:016x}", title, run=run)
    save(draft)
    return draft.recording
