"""Requests through Django's own handlers in this process, and the spans they make, without any server."""

from __future__ import annotations

import contextlib
import io
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.test import override_settings
from opentelemetry.context import Context
from opentelemetry.proto.trace.v1.trace_pb2 import ScopeSpans

from probes import stages, tracing
from probes.delivery.encoding import write_ended
from probes.delivery.outbox import Outbox
from probes.delivery.source_texts import TextsOfMessage
from probes.django.install import install, uninstall
from probes.light_span import LightSpan
from probes.live import LiveExport
from probes.recording import RequestRecord
from probes.server_stage import start_server_stage
from probes.settings import Settings
from tests.probes.traces import SeenSpan, Trace, read_span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NOBODY = "http://127.0.0.1:9/v1/traces"
SITE = "tests.probes.django.site"


class Collector(Outbox):
    """Keeps every span that ended, as a message would carry it, instead of handing it to a sender."""

    def __init__(self) -> None:
        super().__init__(size=1_000)
        self.trace = Trace()

    def add_ended(self, span: LightSpan) -> None:
        self.trace.spans.append(_seen(span))


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
    installed = tracing.instrument()
    live = LiveExport(installed.settings, installed.provider.resource)
    collector = Collector()
    live._exporters[os.getpid()] = replace(installed.live.exporter, outbox=collector)
    tracing.install(replace(installed, live=live))
    return collector.trace


@contextlib.contextmanager
def request_observed(*, reduced: bool = False) -> Iterator[Trace]:
    """Be inside an observed request during the block; the trace is complete after it."""
    trace = collect()
    record = RequestRecord(object(), reduced=reduced)
    record.server = start_server_stage(record, "GET", context=Context())
    token = stages.enter(record.server)
    try:
        yield trace
    finally:
        stages.leave(token)
        record.server.close()


def ask_wsgi(path: str, middleware: Sequence[str] = (), site: str = SITE, **environ: Any) -> Any:
    """Send a request through a new `WSGIHandler`'s chain; return Django's response."""
    with override_settings(ROOT_URLCONF=site, MIDDLEWARE=[f"{SITE}.{name}" for name in middleware]):
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


async def ask_asgi(path: str, middleware: Sequence[str] = (), site: str = SITE) -> Any:
    """Send a request through a new `ASGIHandler`'s chain; return Django's response."""
    with override_settings(ROOT_URLCONF=site, MIDDLEWARE=[f"{SITE}.{name}" for name in middleware]):
        handler = ASGIHandler()
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
        return await handler.get_response_async(ASGIRequest(scope, io.BytesIO()))


def _seen(span: LightSpan) -> SeenSpan:
    (written,) = ScopeSpans.FromString(write_ended(span, TextsOfMessage())).spans
    seen = read_span(written, 0)
    seen.attributes.setdefault("gatescope.loop", None)
    return seen
