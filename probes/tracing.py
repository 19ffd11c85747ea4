"""The instrument of this process: its settings, its tracer and the processor that sends its spans.

Stands between the stages and the OpenTelemetry SDK. The tracer provider is our own, never the global one: an
application that uses OpenTelemetry itself must not notice us.
"""

import os
import threading
from dataclasses import dataclass

from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Tracer

from .live import LiveSpanProcessor
from .settings import Settings, read_settings

ATTRIBUTE_CHARACTERS = 4_096
"""Longest text in one attribute; the receiver refuses longer ones."""
EVENTS_A_SPAN = 16


class SystemIds(IdGenerator):
    """Ids from the operating system's generator.

    ``random`` is reseeded by ``os.register_at_fork``, which uWSGI's fork skips: two workers would then give the same
    ids to different requests.
    """

    def __init__(self) -> None:
        self._continued = threading.local()

    def generate_span_id(self) -> int:
        return int.from_bytes(os.urandom(8)) or 1

    def generate_trace_id(self) -> int:
        continued: int = getattr(self._continued, "trace_id", 0)
        return continued or int.from_bytes(os.urandom(16)) or 1

    def is_trace_id_random(self) -> bool:
        return True

    def continue_trace(self, trace_id: int) -> None:
        """Give the next root spans of this thread ``trace_id``; 0 ends that."""
        self._continued.trace_id = trace_id


@dataclass(frozen=True, slots=True)
class Instrument:
    """What one process needs to record spans."""

    settings: Settings
    provider: TracerProvider
    tracer: Tracer
    ids: SystemIds
    live: LiveSpanProcessor


def build_instrument(settings: Settings) -> Instrument:
    """Return a new instrument with ``settings``."""
    ids = SystemIds()
    resource = Resource.create()
    live = LiveSpanProcessor(settings, resource)
    provider = TracerProvider(
        sampler=ALWAYS_ON,  # a traceparent with flags 00 must not make a request invisible
        resource=resource,
        shutdown_on_exit=False,
        id_generator=ids,
        span_limits=SpanLimits(max_span_attribute_length=ATTRIBUTE_CHARACTERS, max_events=EVENTS_A_SPAN),
        meter_provider=NoOpMeterProvider(),
    )
    provider.add_span_processor(live)
    return Instrument(settings, provider, provider.get_tracer("gatescope"), ids, live)


_installed: Instrument | None = None
_lock = threading.Lock()


def instrument() -> Instrument:
    """Return the instrument of this process, built from the environment at first use."""
    global _installed  # noqa: PLW0603 - one instrument a process, made when it is first needed
    if _installed is None:
        with _lock:
            if _installed is None:
                _installed = build_instrument(read_settings())
    return _installed


def install(replacement: Instrument | None) -> Instrument | None:
    """Use ``replacement`` from now on (None: build a new one when needed) and return the previous one."""
    global _installed
    with _lock:
        previous, _installed = _installed, replacement
    return previous
