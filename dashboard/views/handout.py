"""A recording on paper: the figures of each server and what happened to its first requests, in sentences."""

import asyncio

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.recordings import handout
from dashboard.recordings.models import Recording
from dashboard.recordings.storage import film_spans
from dashboard.runs.models import Run
from dashboard.views.recordings import absent


@require_safe
async def page(request: HttpRequest, recording_id: str) -> HttpResponse:
    """GET /recordings/ID/handout: the first 3 requests of each server; `?first=10` for more."""
    recording = await Recording.objects.filter(pk=recording_id).afirst()
    if recording is None or recording.gone:
        return await absent(request, recording_id, recording)
    first = handout.first_of(request.GET.get("first", ""))
    spans = handout.chosen(await asyncio.to_thread(film_spans, recording), first)
    run = await Run.objects.filter(pk=recording_id).afirst() if recording.source == "run" else None
    results = run.result().servers if run else {}
    servers = [{**server, "result": results.get(server["name"])} for server in recording.servers]
    context = {"recording": recording, "servers": servers, "first": first, "spans": [one.as_json() for one in spans]}
    return render(request, "recordings/handout.html", context)
