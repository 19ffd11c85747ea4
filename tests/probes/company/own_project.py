"""A Django project with OpenTelemetry, Logfire or Sentry of its own, asked twice in its own process.

    python -m tests.probes.company.own_project NAME wsgi|asgi

Prints what its own instrument exported as JSON: for each span its name, parent, trace and everything but times. The
probes are in it unless GATESCOPE_DISABLED is set.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path
from opentelemetry import trace
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware as AroundASGI
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware as AroundWSGI
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

if TYPE_CHECKING:
    from collections.abc import Callable

exporter = InMemorySpanExporter()


def work() -> None:
    """Do something that the project itself traces."""
    tracer = trace.get_tracer("shop")
    with tracer.start_as_current_span(
        "outer", attributes={"items": 3, "url.full": "http://x/?token=secret"}
    ) as outer:
        outer.add_event("noticed", {"what": "something"})
        with tracer.start_as_current_span("inner"):
            pass


def view(request: HttpRequest, number: int) -> HttpResponse:
    work()
    return HttpResponse(f"{number}")


async def async_view(request: HttpRequest, number: int) -> HttpResponse:
    work()
    return HttpResponse(f"{number}")


urlpatterns = [path("shop/<int:number>/", view), path("async/<int:number>/", async_view)]


def main(name: str, interface: str) -> None:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=["probes.django"],
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        ROOT_URLCONF=__name__,
        SECRET_KEY="for a test",
    )
    exported = PROJECTS[name]()
    import django

    django.setup()
    around = name == "opentelemetry-around"
    if interface == "wsgi":
        application: Any = WSGIHandler()
        ask_wsgi(AroundWSGI(application) if around else application)
    else:
        application = ASGIHandler()
        asyncio.run(ask_asgi(AroundASGI(application, exclude_spans=["receive", "send"]) if around else application))
    print(json.dumps(exported()))
    flush()


def flush() -> None:
    from probes.tracing import instrument

    instrument().live.force_flush()


def with_opentelemetry() -> Callable[[], object]:
    set_up_provider()
    DjangoInstrumentor().instrument()
    return spans_exported


def with_opentelemetry_around() -> Callable[[], object]:
    set_up_provider()
    return spans_exported


def set_up_provider() -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


def with_logfire() -> Callable[[], object]:
    import logfire

    logfire.configure(
        send_to_logfire=False,
        console=False,
        inspect_arguments=False,
        additional_span_processors=[SimpleSpanProcessor(exporter)],
    )
    logfire.instrument_django()
    return spans_exported


def with_sentry() -> Callable[[], object]:
    import sentry_sdk
    from sentry_sdk.transport import Transport

    sent: list[Any] = []

    class Kept(Transport):
        def capture_envelope(self, envelope: Any) -> None:
            sent.extend(item.payload.json for item in envelope.items)

    sentry_sdk.init(dsn="http://key@127.0.0.1:9/1", transport=Kept, traces_sample_rate=1.0, server_name="here")
    return lambda: [without_times(one) for one in sent]


PROJECTS = {
    "opentelemetry": with_opentelemetry,
    "opentelemetry-around": with_opentelemetry_around,
    "logfire": with_logfire,
    "sentry": with_sentry,
}


def spans_exported() -> object:
    return [
        {
            "trace_id": f"{span.context.trace_id:032x}" if span.context else "",
            "span_id": f"{span.context.span_id:016x}" if span.context else "",
            "parent_id": f"{span.parent.span_id:016x}" if span.parent else "",
            "told": without_times(json.loads(span.to_json())),
        }
        for span in exporter.get_finished_spans()
    ]


CHANGING = {
    *(
        "trace_id",
        "span_id",
        "parent_id",
        "parent_span_id",
        "event_id",
        "start_time",
        "end_time",
        "timestamp",
        "context",
    ),
    *("start_timestamp", "sent_at", "thread.id", "process.pid", "service.instance.id", "modules", "replay_id"),
    *(
        "process.runtime.version",
        "code.lineno",
        "exclusive_time",
        "thread.name",
        "contexts",
        "measurements",
        "sys.argv",
    ),
}


def without_times(told: Any) -> Any:
    """Return what was exported without ids, times and what differs between two processes."""
    if isinstance(told, dict):
        return {key: without_times(value) for key, value in told.items() if key not in CHANGING}
    return [without_times(one) for one in told] if isinstance(told, list) else told


def ask_wsgi(application: Any) -> None:
    for number, page in enumerate(("shop", "shop")):
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": f"/{page}/{number}/",
            "SERVER_NAME": "shop",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
        }
        body = application(environ, lambda status, headers, exc_info=None: print)
        assert b"".join(body) == str(number).encode()
        body.close()


async def ask_asgi(application: Any) -> None:
    for number, page in enumerate(("shop", "async")):
        asked = [{"type": "http.request", "body": b"", "more_body": False}]
        sent: list[dict[str, Any]] = []

        async def receive(asked: list[dict[str, Any]] = asked) -> dict[str, Any]:
            return asked.pop() if asked else await asyncio.Event().wait()  # type: ignore[return-value]

        async def send(message: dict[str, Any], sent: list[dict[str, Any]] = sent) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": f"/{page}/{number}/", "query_string": b"", "scheme": "http"}
        scope |= {"headers": [(b"host", b"shop")], "server": ("shop", 80), "http_version": "1.1"}
        await application(scope, receive, send)
        assert sent[0]["status"] == 200


if __name__ == "__main__":
    main(*sys.argv[1:])
