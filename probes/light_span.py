"""A span as this process keeps it until it is sent: a small object instead of a span of the OpenTelemetry SDK.

It costs about a tenth of one. What OpenTelemetry needs of it, such as a context for an outgoing call, is made when it
is asked for; the sender's thread writes it (`delivery.encoding`).
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple, Protocol

from opentelemetry.context import Context
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

from .identity import Identity
from .stage_kinds import StageKind
from .types import Attributes, Value
from .values import NOTHING_FIXED, FixedAttributes


class LivePart(Protocol):
    """Something about a stage that changes while the stage is open, and is sent each time it did."""

    @property
    def revision(self) -> Hashable:
        """A value that differs whenever viewers should see the change."""

    def finish(self) -> None:
        """Record nothing more: the stage ends at this moment."""

    def attributes(self, *, final: bool) -> dict[str, Value]:
        """Return what is known so far; ``final`` says that the stage has ended."""


class SpanEvent(NamedTuple):
    """Something that happened at one moment of a span."""

    name: str
    at_ns: int
    attributes: Attributes


class LightSpan:
    """What is sent of one stage."""

    # What most stages never have stands in the class, so that opening one sets only what differs.
    end_ns = 0
    """0 while the stage is open."""
    parent_is_remote = False
    attributes: dict[str, Value] | None = None
    events: tuple[SpanEvent, ...] = ()
    links: Sequence[Link] = ()
    failure: str | None = None
    """Why the stage failed ("" without a description); None when it did not."""
    dropped_attributes = 0
    dropped_events = 0
    _changes = 0
    _parts: tuple[LivePart, ...] = ()

    trace_state = ""
    """The ``tracestate`` of the request, on its `server` stage."""

    def __init__(  # noqa: PLR0917 - one is made for every stage, and names cost time
        self,
        kind: StageKind,
        name: str,
        start_ns: int,
        trace_id: bytes = b"",
        span_id: bytes = b"",
        parent_id: bytes = b"",
        opened_by: Identity | None = None,
        fixed: FixedAttributes = NOTHING_FIXED,
    ) -> None:
        self.kind = kind
        self.name = name
        self.start_ns = start_ns
        self.trace_id = trace_id
        self.span_id = span_id
        """Ids are bytes, as they stand in a message; empty when there is no span."""
        self.inner_id = span_id
        """The parent of the stages that are opened inside this one."""
        self.parent_id = parent_id
        self.opened_by = opened_by
        self.fixed = fixed

    @property
    def span_context(self) -> SpanContext:
        """The span's identity in OpenTelemetry's terms; an invalid one when there is no span."""
        trace_id, span_id = int.from_bytes(self.trace_id), int.from_bytes(self.span_id)
        return SpanContext(trace_id, span_id, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))

    @property
    def context(self) -> Context:
        """The context in which this stage is the current span, for whoever continues its trace."""
        return set_span_in_context(NonRecordingSpan(self.span_context), Context()) if self.span_id else Context()

    def revision(self) -> Hashable:
        """Return a value that differs whenever viewers should see the open span again."""
        return (self._changes, *[part.revision for part in self._parts]) if self._parts else self._changes

    def described(self) -> dict[str, Value]:
        """Return a copy of the attributes with what the live parts know: so far, or at the end of an ended stage.

        Called by the sender, so that a request waits for none of it.
        """
        described = {} if self.attributes is None else self.attributes.copy()
        for part in self._parts:
            described.update(part.attributes(final=self.end_ns != 0))
        return described
