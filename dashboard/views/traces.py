"""One trace at its permalink: as JSON for scripts, as a waterfall with a table for people."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from dashboard.lib.text import abridge
from dashboard.recordings.catalogue import find_by_trace
from dashboard.recordings.models import Recording
from dashboard.recordings.storage import load_spans
from dashboard.services import fleet, hub
from dashboard.traces.attributes import INTERFACE, METHOD, URL_PATH, URL_QUERY
from dashboard.traces.source import SourceJson, sources_of
from dashboard.traces.span import Span, SpanJson
from dashboard.traces.tree import build_trees
from dashboard.views.answers import answer, problem
from dashboard.views.recordings import gone

NS_PER_MS = 1e6


class TraceJson(TypedDict):
    """A trace, for scripts and for the page's own."""

    trace_id: str
    spans: list[SpanJson]
    sources: NotRequired[dict[str, SourceJson]]
    """Resources and scopes of the spans, by the key that these name; absent when no span names one."""


@dataclass(frozen=True, slots=True)
class SpanRow:
    """A line of the table; times in ms after the first start."""

    name: str
    stage: str
    server: str
    start_ms: float
    duration_ms: float | None
    depth: int
    open: bool
    status: str


@dataclass(frozen=True, slots=True)
class TracePage:
    """The context of `pages/trace.html`."""

    trace: TraceJson
    rows: Sequence[SpanRow]
    recording: Recording | None
    """The film that the trace is in."""
    again: str
    """Where its first request at a service of one's own can be fired again; "" if there is none."""
    titles: Mapping[str, str]
    """What its servers are called, as far as they are of this fleet."""


@dataclass(frozen=True, slots=True)
class FoundTrace:
    """The spans of a trace by start, [] when none are left, and the recording that has or had them."""

    spans: list[Span]
    recording: Recording | None

    @property
    def kept(self) -> Recording | None:
        """The recording, unless it is gone."""
        return self.recording if self.recording and not self.recording.gone else None


@require_safe
async def detail(request: HttpRequest, trace_id: str) -> HttpResponse:
    """GET /traces/ID: all known spans of the trace, oldest first; for a recorded one, also when it is old."""
    found = await find_trace(trace_id)
    spans, recording = found.spans, found.recording
    if not spans and recording:
        return gone(request, recording)
    if not spans:
        sentence = f"The trace {abridge(trace_id)} is not kept here: it never arrived, or was replaced by newer ones."
        return problem(request, sentence, 404, template="pages/404.html")
    data: TraceJson = {"trace_id": trace_id, "spans": [span.as_json() for span in spans]}
    if sources := sources_of(spans):
        data["sources"] = sources
    states = fleet.states()
    titles = {span.server: states[span.server].title for span in spans if span.server in states}
    page = TracePage(data, build_rows(spans), found.kept, again_url(spans), titles)
    return answer(request, "pages/trace.html", page, data=data)


def again_url(spans: Sequence[Span]) -> str:
    """Return where to fire a trace's first request again, if it was one at a service of one's own."""
    for span in spans:
        method, path = span.attributes.get(METHOD), span.attributes.get(URL_PATH)
        if INTERFACE in span.attributes and method and path and span.server not in fleet.states():
            query = span.attributes.get(URL_QUERY)
            asked = {
                "service": span.server,
                "method": str(method),
                "target": f"{path}?{query}" if query else str(path),
            }
            return f"{reverse('own-services')}?{urlencode(asked)}"
    return ""


async def find_trace(trace_id: str) -> FoundTrace:
    """Return what is kept of a trace."""
    recording = await find_by_trace(trace_id).afirst()
    found = FoundTrace(hub.store.trace(trace_id), recording)
    return found if found.spans else FoundTrace(await _load_recorded(found.kept, trace_id), recording)


async def _load_recorded(recording: Recording | None, trace_id: str) -> list[Span]:
    """Return the trace's spans as they were recorded."""
    if recording is None:
        return []
    whole = await Recording.objects.aget(pk=recording.pk)
    spans = await asyncio.to_thread(load_spans, whole)
    found = [span for span in spans if span.trace_id == trace_id]
    return sorted(found, key=lambda span: (span.start_ns, span.span_id))


def build_rows(spans: Sequence[Span]) -> list[SpanRow]:
    """Return the trace as lines of a table, parents before their children."""
    nodes = [node for root in build_trees(spans) for node in root.walk()]
    zero_ns = min(node.start_ns for node in nodes)
    return [
        SpanRow(
            name=node.span.name,
            stage=node.span.stage,
            server=node.span.server,
            start_ms=(node.start_ns - zero_ns) / NS_PER_MS,
            duration_ms=None if node.duration_ns is None else node.duration_ns / NS_PER_MS,
            depth=node.depth,
            open=node.end_ns is None,
            status="end not told" if node.span.end_not_told else node.span.status,
        )
        for node in nodes
    ]
