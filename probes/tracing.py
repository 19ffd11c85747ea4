"""The instrument of this process: its settings, its tracer and what sends its spans.

Stands between the stages and the OpenTelemetry SDK. The tracer provider is our own, never the global one: an
application that uses OpenTelemetry itself must not notice us.
"""

import threading
from dataclasses import dataclass

from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Tracer

from .delivery.encoding import SCOPE
from .ids import SystemIds
from .live import LiveExport
from .settings import Settings, read_settings
from .values import ATTRIBUTE_CHARACTERS, ATTRIBUTES_A_SPAN, EVENTS_A_SPAN, clean_text

UNNAMED = "unknown_service"
"""How the name begins that OpenTelemetry gives an application that has none."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """What one process needs to record spans."""

    settings: Settings
    provider: TracerProvider
    tracer: Tracer
    live: LiveExport


def build_instrument(settings: Settings) -> Instrument:
    """Return a new instrument with ``settings``."""
    resource = _describe_service(settings.service)
    live = LiveExport(settings, resource)
    provider = TracerProvider(
        sampler=ALWAYS_ON,  # a traceparent with flags 00 must not make a request invisible
        resource=resource,
        shutdown_on_exit=False,
        id_generator=SystemIds(),
        span_limits=SpanLimits(
            max_span_attributes=ATTRIBUTES_A_SPAN,
            max_span_attribute_length=ATTRIBUTE_CHARACTERS,
            max_events=EVENTS_A_SPAN,
        ),
        meter_provider=NoOpMeterProvider(),
    )
    return Instrument(settings, provider, provider.get_tracer(SCOPE), live)


def _describe_service(name: str) -> Resource:
    """Return the resource, called ``name`` if OpenTelemetry's own variables do not name it."""
    resource = Resource.create()
    if not name or not str(resource.attributes.get(SERVICE_NAME, UNNAMED)).startswith(UNNAMED):
        return resource
    return resource.merge(Resource({SERVICE_NAME: clean_text(name)}))


_installed: Instrument | None = None
_locks: dict[str, threading.Lock] = {}


def _lock() -> threading.Lock:
    """Return the lock around the instrument's making.

    Made when it is first needed: gevent may have replaced locks since this module was imported, and a greenlet that
    waits for a lock of the system stops all others.
    """
    return _locks.setdefault("instrument", threading.Lock())


def instrument() -> Instrument:
    """Return the instrument of this process, built from the environment at first use."""
    global _installed  # noqa: PLW0603 - one instrument a process, made when it is first needed
    if _installed is None:
        with _lock():
            if _installed is None:
                _installed = build_instrument(read_settings())
    return _installed


def install(replacement: Instrument | None) -> Instrument | None:
    """Use ``replacement`` from now on (None: build a new one when needed) and return the previous one."""
    global _installed
    with _lock():
        previous, _installed = _installed, replacement
    return previous
