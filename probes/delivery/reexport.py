"""Hands ended stages to the OpenTelemetry that the application has configured itself (`GATESCOPE_REEXPORT=1`).

They are made into spans of the SDK here, on the sender's thread, and given to the processors of the global tracer
provider: its exporters then send them wherever the application's own spans go.
"""

from collections.abc import Iterable

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, Status, StatusCode, TraceFlags, get_tracer_provider

from .. import attributes
from ..failsafe import harmless
from ..light_span import LightSpan
from ..stage_kinds import OWN
from .encoding import SCOPE

_SCOPE = InstrumentationScope(SCOPE)


@harmless(None)
def hand_on(ended: Iterable[LightSpan]) -> None:
    """Give the spans to every processor of the global tracer provider, if that is one of the SDK."""
    provider = get_tracer_provider()
    if isinstance(provider, TracerProvider):
        processor = provider._active_span_processor  # noqa: SLF001 - there is no public way to it
        for span in ended:
            if span.kind is OWN:
                continue  # it came from there
            processor.on_end(to_readable(span, provider.resource))


def to_readable(span: LightSpan, resource: Resource) -> ReadableSpan:
    """Return an ended span as the SDK's exporters expect it."""
    span.fixed.complete()
    described = {attributes.STAGE: span.kind.name, **span.fixed}
    described.update(span.described())
    failed = span.failure is not None
    return ReadableSpan(
        name=span.name,
        context=span.span_context,
        parent=_parent(span),
        resource=resource,
        attributes=described,
        events=[Event(each.name, each.attributes, each.at_ns) for each in span.events],
        links=span.links,
        kind=span.kind.span_kind,
        status=Status(StatusCode.ERROR, span.failure or None) if failed else Status(StatusCode.UNSET),
        start_time=span.start_ns,
        end_time=span.end_ns,
        instrumentation_scope=_SCOPE,
    )


def _parent(span: LightSpan) -> SpanContext | None:
    if not span.parent_id:
        return None
    return SpanContext(
        int.from_bytes(span.trace_id),
        int.from_bytes(span.parent_id),
        is_remote=span.parent_is_remote,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )
