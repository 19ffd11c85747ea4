"""Stages for tests of what happens to them, without a request or an instrument around them."""

from probes.identity import Identity, current_identity
from probes.ids import new_span_id, new_trace_id
from probes.light_span import LightSpan
from probes.stage_kinds import VIEW
from probes.types import Value
from probes.values import NOTHING_FIXED, FixedAttributes

START_NS = 1_760_000_000_000_000_000


def open_span(
    name: str = "s",
    attributes: dict[str, Value] | None = None,
    *,
    who: Identity | None = None,
    fixed: FixedAttributes = NOTHING_FIXED,
) -> LightSpan:
    span = LightSpan(
        VIEW,
        name,
        START_NS,
        trace_id=new_trace_id(),
        span_id=new_span_id(),
        opened_by=current_identity() if who is None else who,
        fixed=fixed,
    )
    span.attributes = attributes
    return span


def ended_span(
    name: str = "s",
    attributes: dict[str, Value] | None = None,
    *,
    who: Identity | None = None,
    fixed: FixedAttributes = NOTHING_FIXED,
) -> LightSpan:
    span = open_span(name, attributes, who=who, fixed=fixed)
    span.end_ns = START_NS + 1_000
    return span
