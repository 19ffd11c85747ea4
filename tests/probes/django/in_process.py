"""Requests through Django's own handlers in this process, and the spans they make, without any server."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, Any

from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.test import override_settings
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor

from probes import stages, tracing
from probes.django.install import install, uninstall
from probes.identity import Identity, current_identity
from probes.recording import RequestRecord, start_stage
from probes.settings import Settings
from probes.stage_kinds import SERVER
from tests.probes.traces import SeenSpan, Trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NOBODY = "http://127.0.0.1:9/v1/traces"
SITE = "tests.probes.django.site"


class Collector(SpanProcessor):
    """Keeps every span that ended, with who opened it, as the live processor adds it when it encodes."""

    def __init__(self) -> None:
        self.trace = Trace()
        self._openers: dict[int, Identity] = {}

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        self._openers[_number(span)] = current_identity()

    def on_end(self, span: ReadableSpan) -> None:
        self.trace.spans.append(_seen(span, self._openers[_number(span)]))


@contextlib.contextmanager
def instrumented() -> Iterator[None]:
    """Have Django patched and an instrument of its own in use during the block."""
    previous = tracing.install(tracing.build_instrument(Settings(endpoint=NOBODY)))
    install()
    try:
        yield
    finally:
        uninstall()
        tracing.install(previous)


def collect() -> Trace:
    """Collect every span that ends from now on in the instrument in use."""
    collector = Collector()
    tracing.instrument().provider.add_span_processor(collector)
    return collector.trace


@contextlib.contextmanager
def request_observed(*, reduced: bool = False) -> Iterator[Trace]:
    """Be inside an observed request during the block; the trace is complete after it."""
    trace = collect()
    record = RequestRecord(object(), reduced=reduced)
    record.server = start_stage(record, SERVER, "GET", None, context=Context())
    token = stages.enter(record.server)
    try:
        yield trace
    finally:
        stages.leave(token)
        record.server.close()


def ask_wsgi(path: str, middleware: Sequence[str] = (), **environ: Any) -> Any:
    """Send a request through a new `WSGIHandler`'s chain; return Django's response."""
    with override_settings(ROOT_URLCONF=SITE, MIDDLEWARE=[f"{SITE}.{name}" for name in middleware]):
        handler = WSGIHandler()
        request = WSGIRequest(
            {
                "REQUEST_METHOD": "GET",
                "PATH_INFO": path,
                "SERVER_NAME": "localhost",
                "SERVER_PORT": "80",
                "wsgi.input": io.BytesIO(),
                **environ,
            }
        )
        return handler.get_response(request)


async def ask_asgi(path: str, middleware: Sequence[str] = ()) -> Any:
    """Send a request through a new `ASGIHandler`'s chain; return Django's response."""
    with override_settings(ROOT_URLCONF=SITE, MIDDLEWARE=[f"{SITE}.{name}" for name in middleware]):
        handler = ASGIHandler()
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
        return await handler.get_response_async(ASGIRequest(scope, io.BytesIO()))


def _number(span: ReadableSpan) -> int:
    context = span.get_span_context()
    assert context is not None
    return context.span_id


def _seen(span: ReadableSpan, opener: Identity) -> SeenSpan:
    context = span.get_span_context()
    assert context is not None
    return SeenSpan(
        trace_id=f"{context.trace_id:032x}",
        span_id=f"{context.span_id:016x}",
        parent_id=f"{span.parent.span_id:016x}" if span.parent else "",
        name=span.name,
        start_ns=span.start_time or 0,
        end_ns=span.end_time or 0,
        attributes={**(span.attributes or {}), "thread.id": opener.thread_id, "gatescope.loop": opener.loop},
        failed=span.status.status_code.name == "ERROR",
        events=[dict(event.attributes or {}) for event in span.events],
    )
