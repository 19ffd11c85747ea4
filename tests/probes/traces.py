"""Spans and traces as tests look at them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1 import trace_pb2


@dataclass(frozen=True)
class SeenSpan:
    """A span as one message carried it, or as it ended in this process."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    start_ns: int
    end_ns: int
    attributes: dict[str, Any]
    failed: bool
    events: list[dict[str, Any]]
    at_ns: int = 0
    """When its message arrived, unix ns."""

    def __getitem__(self, key: str) -> Any:
        return self.attributes[key]

    @property
    def stage(self) -> str:
        """The name of its stage kind."""
        stage: str = self.attributes.get("gatescope.stage", "")
        return stage

    @property
    def duration_ns(self) -> int:
        """Nanoseconds from start to end."""
        return self.end_ns - self.start_ns


@dataclass
class Trace:
    """The ended spans of one request."""

    spans: list[SeenSpan] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """True when every span has ended and as many are there as the `server` stage counted."""
        return all(span.end_ns for span in self.spans) and any(
            span.stage == "server" and span.attributes.get("gatescope.spans", 0) <= len(self.spans)
            for span in self.spans
        )

    def all(self, stage: str) -> list[SeenSpan]:
        """Return the spans of a stage in the order of their start."""
        return sorted((span for span in self.spans if span.stage == stage), key=lambda span: span.start_ns)

    def one(self, stage: str) -> SeenSpan:
        """Return the only span of a stage."""
        (span,) = self.all(stage)
        return span

    def parent(self, span: SeenSpan) -> SeenSpan:
        """Return the span around `span`."""
        (parent,) = (other for other in self.spans if other.span_id == span.parent_id)
        return parent

    def children(self, span: SeenSpan) -> list[SeenSpan]:
        """Return the spans right inside `span`, in the order of their start."""
        inside = (other for other in self.spans if other.parent_id == span.span_id)
        return sorted(inside, key=lambda child: child.start_ns)

    def ancestors(self, span: SeenSpan) -> list[str]:
        """Return the stages around `span`, innermost first."""
        around = []
        while span.parent_id and any(other.span_id == span.parent_id for other in self.spans):
            span = self.parent(span)
            around.append(span.stage)
        return around


def newest(spans: Iterable[SeenSpan]) -> dict[str, SeenSpan]:
    """Return the newest form of each span by its id; an open form never replaces an ended one."""
    forms: dict[str, SeenSpan] = {}
    for span in spans:
        known = forms.get(span.span_id)
        if span.end_ns or known is None or not known.end_ns:
            forms[span.span_id] = span
    return forms


def read_span(span: trace_pb2.Span, at_ns: int) -> SeenSpan:
    """Return the span of a message."""
    return SeenSpan(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        name=span.name,
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        attributes=read_attributes(span.attributes),
        failed=span.status.code == trace_pb2.Status.STATUS_CODE_ERROR,
        events=[{"name": event.name, **read_attributes(event.attributes)} for event in span.events],
        at_ns=at_ns,
    )


def read_attributes(pairs: Any) -> dict[str, Any]:
    """Return the attributes of a message as a dict."""
    return {pair.key: _read_value(pair.value) for pair in pairs}


def _read_value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_read_value(item) for item in value.array_value.values]
    return None if kind is None else getattr(value, kind)
