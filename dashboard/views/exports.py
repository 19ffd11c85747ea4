"""What is kept of the live stream, as OTLP: one trace, the requests that are on the stage, or everything."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard.interchange.otlp import otlp_json
from dashboard.interchange.otlp_protobuf import request_protobuf
from dashboard.services import hub, spans_of
from dashboard.traces.span import Span
from dashboard.views.answers import problem
from dashboard.views.traces import find_trace

FORMATS: Mapping[str, tuple[str, Callable[[Sequence[Span]], str | bytes]]] = {
    "otlp.json": ("application/json", otlp_json),
    "otlp.pb": ("application/x-protobuf", request_protobuf),
}
"""Content type and writer, by the end of the address. Only JSON has a place for what is Gatescope's own."""
NOTHING_KEPT = "None of these requests is kept any more: newer ones replaced them."
_writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="export")
"""One at a time: all that is kept takes seconds to write."""


@require_safe
async def trace(request: HttpRequest, trace_id: str, form: str) -> HttpResponse:
    """GET /traces/ID/otlp.json and /traces/ID/otlp.pb: also of a trace that only a recording holds."""
    return await _answer(request, (await find_trace(trace_id)).spans, form, f"trace-{trace_id[:8]}")


@require_safe
async def kept(request: HttpRequest, form: str) -> HttpResponse:
    """GET /traces/otlp.json and /traces/otlp.pb: the `traces` with these ids, or all that are kept."""
    ids = request.GET.get("traces", "").split()
    spans = spans_of(ids) if ids else list(hub.store.snapshot())
    return await _answer(request, spans, form, "requests")


async def _answer(request: HttpRequest, spans: Sequence[Span], form: str, name: str) -> HttpResponse:
    if not spans:
        return problem(request, NOTHING_KEPT, 404, template="pages/404.html")
    content_type, write = FORMATS[form]
    content = await asyncio.get_running_loop().run_in_executor(_writer, write, spans)
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="gatescope-{name}.{form}"'
    response["Cache-Control"] = "no-store"
    return response
