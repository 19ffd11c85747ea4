"""The first stage of a request, which the OpenTelemetry SDK starts: with the tracer of our own provider.

The SDK takes over the context of the caller, samples, and gives the identity of the span and of its trace. What the
stage is about is kept as for every other one (`recording`).
"""

from time import time_ns

from opentelemetry.context import Context
from opentelemetry.sdk.trace import Span
from opentelemetry.trace import TraceFlags

from .failsafe import report
from .identity import current_identity
from .ids import SPAN_ID_BYTES, TRACE_ID_BYTES
from .recording import RequestRecord, Stage, without_span
from .stage_kinds import SERVER, StageKind
from .tracing import instrument
from .types import Attributes
from .values import clean_attributes, clean_text


class ServerStage(Stage):
    """A stage that has the identity of a span of the SDK and ends together with it."""

    def __init__(self, record: RequestRecord, kind: StageKind, span: Span, start_ns: int) -> None:
        identity, parent = span.get_span_context(), span.parent
        super().__init__(
            record,
            kind,
            span.name,
            start_ns,
            trace_id=identity.trace_id.to_bytes(TRACE_ID_BYTES),
            span_id=identity.span_id.to_bytes(SPAN_ID_BYTES),
            parent_id=b"" if parent is None else parent.span_id.to_bytes(SPAN_ID_BYTES),
            opened_by=current_identity(),
        )
        self.parent_is_remote = parent is not None and parent.is_remote
        self._span: Span | None = span
        self.trace_state = identity.trace_state.to_header()

    def _hand_over(self) -> None:
        span, self._span = self._span, None  # it is large, and this one may wait in the queue
        if span is not None:
            span.end(self.end_ns)
        super()._hand_over()


def start_server_stage(
    record: RequestRecord,
    name: str,
    described: Attributes | None = None,
    *,
    context: Context,
    start_ns: int | None = None,
    kind: StageKind = SERVER,
) -> Stage:
    """Start the `server` stage of a request as a child of the span in ``context``, or as the root of a new trace."""
    start_ns = time_ns() if start_ns is None else start_ns
    tools = instrument()
    span = tools.tracer.start_span(clean_text(name), context, kind.span_kind, start_time=start_ns)
    if not isinstance(span, Span):
        return without_span(record, start_ns)
    opened = ServerStage(record, kind, span, start_ns)
    record.trace_state = span.get_span_context().trace_state or None
    if span.parent is not None and not span.parent.trace_flags.sampled:
        record.trace_flags = TraceFlags(TraceFlags.DEFAULT)
    if described:
        opened.attributes = clean_attributes(described)
    record.spans += 1
    try:
        record.outbox.add_open(opened)
    except Exception as problem:  # noqa: BLE001 - the span itself is there, and will be sent when it ends
        report(problem)
    return opened
