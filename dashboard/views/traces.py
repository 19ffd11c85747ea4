"""One trace at its permalink: as JSON for scripts, as a waterfall with a table for people."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard.live.hub import hub
from dashboard.traces.span import Span
from dashboard.traces.tree import tree
from dashboard.views.answers import answer, problem

NS_PER_MS = 1e6


@require_safe
async def detail(request: HttpRequest, trace_id: str) -> HttpResponse:
    """GET /traces/ID: all spans of the trace that are kept, oldest first."""
    spans = hub.store.trace(trace_id)
    if not spans:
        return problem(
            request,
            f"The trace {trace_id[:40]!r} is not kept here: it never arrived, or newer ones took its place.",
            404,
            template="404.html",
        )
    data = {"trace_id": trace_id, "spans": [span.as_json() for span in spans]}
    return answer(request, "trace.html", {"trace": data, "rows": rows(spans)}, data=data)


def rows(spans: Sequence[Span]) -> list[dict[str, Any]]:
    """The trace as lines of a table, parents before their children; times in ms after the first start."""
    nodes = [node for root in tree(spans) for node in root.walk()]
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
            "troubles": node.troubles,
        }
        for node in nodes
    ]
