"""One variant of `bench.cost`: answers each number on its input with the CPU time that one of so many requests took.

Requests come in bursts with pauses in which what they made is delivered, as on a server that is not overloaded.
"""

import asyncio
import importlib
import io
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

BURST = 40
"""Requests before a pause."""
PATH = "/hello/"
POLL_S = 0.005
OK = 200
_held: list[socket.socket] = []


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to run the shop."""

    settings: str
    environment: Mapping[str, str] = field(default_factory=dict)
    reduced: bool = False
    peer: bool = False
    """True for one that needs the environment of `bench.peers`."""
    heard: bool = True
    """False posts to an address where nobody listens, and measures after the sender has given up."""


OURS = {"GATESCOPE_BUDGET": "10000000", "GATESCOPE_SENDER_PERCENT": "100"}
VARIANTS = {
    "bare": Variant("bench.settings_bare"),
    "all stages": Variant("samples.settings", OURS),
    "reduced to one span": Variant("samples.settings", OURS, reduced=True),
    "nobody listens": Variant("samples.settings", heard=False),
    "disabled": Variant("samples.settings", {"GATESCOPE_DISABLED": "1"}),
    "stock OpenTelemetry": Variant("bench.settings_stock"),
    "Elastic APM": Variant("bench.settings_elastic", peer=True),
    "Logfire": Variant("bench.settings_logfire", peer=True),
    "Datadog": Variant("bench.settings_datadog", peer=True),
    "Sentry": Variant("bench.settings_sentry", peer=True),
    "Sentry, more spans": Variant("bench.settings_sentry", {"BENCH_SENTRY_SPANS": "1"}, peer=True),
}


def main(interface: str, name: str, endpoint: str) -> None:
    """Set up the variant and measure until the input ends."""
    variant = VARIANTS[name]
    os.environ.update(variant.environment, DJANGO_SETTINGS_MODULE=variant.settings, GATESCOPE_ENDPOINT=endpoint)
    os.environ["BENCH_SINK"] = endpoint.removesuffix("/v1/traces")
    if not variant.heard:
        os.environ["GATESCOPE_ENDPOINT"] = _closed_address()
    burst = _wsgi() if interface == "wsgi" else _asgi()
    if variant.reduced:
        _reduce_all()
    if not variant.heard:
        _wait_until_offline(burst)
    deliver = _delivery(variant)
    told_ns = _listen()
    for line in sys.stdin:
        requests = int(line)
        told_ns.clear()
        begun_ns = time.process_time_ns()
        for _ in range(requests // BURST):
            burst()
            deliver()
        took_ns = time.process_time_ns() - begun_ns
        print(took_ns / requests / 1_000, sum(told_ns) / requests / 1_000, flush=True)


def _wsgi() -> Callable[[], None]:
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()

    def ask() -> None:
        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": PATH,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        status: list[str] = []

        def start_response(line: str, _headers: Any, _error: Any = None) -> Callable[[bytes], None]:
            status.append(line)
            return lambda _data: None

        body: Any = application(environ, start_response)
        b"".join(body)
        body.close()
        assert status == ["200 OK"]

    def burst() -> None:
        for _ in range(BURST):
            ask()

    return burst


def _asgi() -> Callable[[], None]:
    from django.core.asgi import get_asgi_application

    application: Any = get_asgi_application()
    loop = asyncio.new_event_loop()

    async def ask() -> None:
        sent: list[MutableMapping[str, Any]] = []
        asked = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> MutableMapping[str, Any]:
            return asked.pop() if asked else await loop.create_future()

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": PATH,
            "raw_path": PATH.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"localhost")],
            "server": ("localhost", 80),
            "client": ("127.0.0.1", 40_000),
        }
        await application(scope, receive, send)
        assert sent[0]["status"] == OK

    async def ask_all() -> None:
        for _ in range(BURST):
            await ask()

    return lambda: loop.run_until_complete(ask_all())


def _listen() -> list[int]:
    """Return a list that gets what the instrument tells of itself with each request that it sends."""
    from probes.attributes import OVERHEAD, SENDER_CPU
    from probes.delivery import sender as sending
    from probes.stage_kinds import SERVER

    told_ns: list[int] = []
    encode = vars(sending)["encode"]

    def listening(ended: Any, *args: Any, **options: Any) -> tuple[bytes, int]:
        for span in ended:
            if span.kind is SERVER:
                told_ns.extend(span.attributes.get(key, 0) for key in (OVERHEAD, SENDER_CPU))
        written: tuple[bytes, int] = encode(ended, *args, **options)
        return written

    vars(sending)["encode"] = listening
    return told_ns


def _reduce_all() -> None:
    from probes.budget import Budget, Detail

    def reduced(self: Budget) -> Detail:
        return Detail.REDUCED

    Budget.admit = reduced  # type: ignore[method-assign]  # whatever the machine could do


def _closed_address() -> str:
    """Return an endpoint that refuses connections for as long as this process lives."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    _held.append(held)
    return f"http://127.0.0.1:{held.getsockname()[1]}/v1/traces"


def _wait_until_offline(burst: Callable[[], None]) -> None:
    from probes.tracing import instrument

    burst()
    while instrument().live.exporter.sender.is_delivering():
        time.sleep(0.1)
        burst()


def _delivery(variant: Variant) -> Callable[[], None]:
    """Return what waits until everything that the requests made has left the process."""
    if variant.peer:
        return _peer_delivery(variant.settings.rpartition("_")[2])
    if variant.settings == "bench.settings_stock":
        from opentelemetry import trace

        provider: Any = trace.get_tracer_provider()
        flush: Callable[[], None] = provider.force_flush
        return flush
    if variant.settings == "bench.settings_bare" or not variant.heard or "GATESCOPE_DISABLED" in variant.environment:
        return lambda: None
    from probes.tracing import instrument

    def wait() -> None:
        sender = instrument().live.exporter.sender
        while not sender.is_idle():
            time.sleep(POLL_S)

    return wait


def _peer_delivery(name: str) -> Callable[[], None]:
    names = {"elastic": "elasticapm", "datadog": "ddtrace", "sentry": "sentry_sdk", "logfire": "logfire"}
    module: Any = importlib.import_module(names[name])
    match name:
        case "elastic":
            flush = module.get_client()._transport.flush  # noqa: SLF001 - there is no public way
        case "datadog":
            flush = module.trace.tracer.flush
        case "sentry":
            flush = module.flush
        case _:
            flush = module.force_flush
    deliver: Callable[[], None] = flush
    return deliver


if __name__ == "__main__":
    main(*sys.argv[1:])
