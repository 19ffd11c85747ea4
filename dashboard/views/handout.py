"""A recording on paper: the figures of each server and what happened to its first requests, in sentences."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard.recordings.handout import parse_first, select_spans
from dashboard.recordings.models import RecordedServer, Recording
from dashboard.recordings.storage import load_spans
from dashboard.runs.models import Run
from dashboard.runs.results import ServerResult
from dashboard.traces.span import SpanJson
from dashboard.views.answers import render_page
from dashboard.views.recordings import absent


@dataclass(frozen=True, slots=True)
class HandoutServer:
    """One server of the film, with its figures if there was a run."""

    name: str
    title: str
    interface: str
    why: str
    command: str
    result: ServerResult | None


@dataclass(frozen=True, slots=True)
class HandoutPage:
    """The context of `recordings/handout.html`."""

    recording: Recording
    servers: Sequence[HandoutServer]
    first: int
    """How many requests of each server are printed."""
    spans: Sequence[SpanJson]


@require_safe
async def page(request: HttpRequest, recording_id: str) -> HttpResponse:
    """GET /recordings/ID/handout: the first 3 requests of each server; `?first=10` for more."""
    recording = await Recording.objects.filter(pk=recording_id).afirst()
    if recording is None or recording.gone:
        return await absent(request, recording_id, recording)
    first = parse_first(request.GET.get("first", ""))
    spans = select_spans(await asyncio.to_thread(load_spans, recording), first)
    run = await Run.objects.filter(pk=recording_id).afirst() if recording.source == "run" else None
    results = run.result().servers if run else {}
    servers: Sequence[RecordedServer] = recording.servers
    context = HandoutPage(
        recording=recording,
        servers=[_describe(server, results.get(server["name"])) for server in servers],
        first=first,
        spans=[span.as_json() for span in spans],
    )
    return render_page(request, "recordings/handout.html", context)


def _describe(server: RecordedServer, result: ServerResult | None) -> HandoutServer:
    return HandoutServer(
        server["name"], server["title"], server["interface"], server["why"], server["command"], result
    )
