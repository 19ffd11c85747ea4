"""The first stage of a request: a span of the OpenTelemetry SDK, started by the tracer of our own provider.

The SDK reads the context of the caller and decides the identity of the trace. Everything opened inside is lighter
(`recording`).
"""

from time import time_ns

from opentelemetry.context import Context
from opentelemetry.sdk.trace import Span
from opentelemetry.trace import Status, StatusCode

from . import attributes
from .identity import current_identity
from .ids import SPAN_ID_BYTES, TRACE_ID_BYTES
from .recording import RequestRecord, Stage, without_span
from .stage_kinds import SERVER
from .tracing import instrument
from .types import Attributes, Value
from .values import clean_attributes, clean_text

COPY_ATTEMPTS = 4
"""Tries to copy the attributes of an open span while its owner changes them."""


class ServerStage(Stage):
    """A stage whose attributes, status and events its SDK span keeps, within the bounds of the provider."""

    __slots__ = ()

    def __init__(self, record: RequestRecord, span: Span, start_ns: int) -> None:
        identity = span.get_span_context()
        super().__init__(
            record,
            SERVER,
            span.name,
            start_ns,
            trace_id=identity.trace_id.to_bytes(TRACE_ID_BYTES),
            span_id=identity.span_id.to_bytes(SPAN_ID_BYTES),
            parent_id=span.parent.span_id.to_bytes(SPAN_ID_BYTES) if span.parent is not None else b"",
            opened_by=current_identity(),
        )
        self.sdk_span = span
        self.parent_is_remote = span.parent is not None and span.parent.is_remote

    @property
    def _span(self) -> Span:
        if self.sdk_span is None:
            raise ValueError("expected a span of the SDK")
        return self.sdk_span

    def _store(self, described: Attributes) -> None:
        self._span.set_attributes(clean_attributes(described))

    def _copy_attributes(self) -> dict[str, Value]:
        for _ in range(COPY_ATTEMPTS):
            try:
                return dict(self._span.attributes or {})  # type: ignore[arg-type]  # what we set are values of ours
            except (KeyError, RuntimeError):  # its owner replaced an attribute while we copied
                continue
        return {}

    def _mark_failed(self, description: str) -> None:
        self._span.set_status(Status(StatusCode.ERROR, description or None))

    def _add_event(self, name: str, described: Attributes) -> None:
        self._span.add_event(name, clean_attributes(described))

    def _hand_over(self) -> None:
        self._span.end(self.end_ns)
        super()._hand_over()


def start_server_stage(
    record: RequestRecord,
    name: str,
    described: Attributes | None = None,
    *,
    context: Context,
    start_ns: int | None = None,
) -> Stage:
    """Start the `server` stage of a request as a child of the span in ``context``, or as the root of a new trace."""
    start_ns = time_ns() if start_ns is None else start_ns
    about = {attributes.STAGE: SERVER.name, **clean_attributes(described or {})}
    tools = instrument()
    span = tools.tracer.start_span(clean_text(name), context, SERVER.span_kind, about, start_time=start_ns)
    if not isinstance(span, Span):
        return without_span(record, start_ns)
    opened = ServerStage(record, span, start_ns)
    record.spans += 1
    tools.live.add_open(opened)
    return opened
