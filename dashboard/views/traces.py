"""One trace at its permalink: as JSON for scripts, as a waterfall with a table for people."""

import asyncio
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard.live.hub import hub
from dashboard.recordings import catalogue
from dashboard.recordings.models import Recording
from dashboard.recordings.storage import film_spans
from dashboard.traces.span import Span
from dashboard.traces.tree import build_trees
from dashboard.views.answers import answer, problem
from dashboard.views.recordings import gone

NS_PER_MS = 1e6


@require_safe
async def detail(request: HttpRequest, trace_id: str) -> HttpResponse:
    """GET /traces/ID: all spans of the trace that are kept, oldest first; of one that was recorded also later on."""
    recording = await catalogue.holding(trace_id).afirst()
    kept = recording if recording and not recording.gone else None
    spans = hub.store.trace(trace_id) or await _recorded(kept, trace_id)
    if not spans and recording:
        return gone(request, recording)
    if not spans:
        return problem(
            request,
            f"The trace {trace_id[:40]!r} is not kept here: it never arrived, or newer ones took its place.",
            404,
            template="pages/404.html",
        )
    data = {"trace_id": trace_id, "spans": [span.as_json() for span in spans]}
    return answer(request, "pages/trace.html", {"trace": data, "rows": rows(spans), "recording": kept}, data=data)


async def _recorded(recording: Recording | None, trace_id: str) -> list[Span]:
    """The trace's spans as they were recorded."""
    if recording is None:
        return []
    whole = await Recording.objects.aget(pk=recording.pk)
    spans = await asyncio.to_thread(film_spans, whole)
    found = [span for span in spans if span.trace_id == trace_id]
    return sorted(found, key=lambda span: (span.start_ns, span.span_id))


def rows(spans: Sequence[Span]) -> list[dict[str, Any]]:
    """The trace as lines of a table, parents before their children; times in ms after the first start."""
    nodes = [node for root in build_trees(spans) for node in root.walk()]
    zero_ns = min(node.start_ns for node in nodes)
    return [
        {
            "name": node.span.name,
            "stage": node.span.stage,
            "server": node.span.server,
            "start_ms": (node.start_ns - zero_ns) / NS_PER_MS,
            "duration_ms": None if node.duration_ns is None else node.duration_ns / NS_PER_MS,
            "depth": node.depth,
            "open": node.end_ns is None,
            "status": node.span.status,
            "anomalies": node.anomalies,
        }
        for node in nodes
    ]
