"""The stage `span`: a span of the project's own OpenTelemetry or Logfire, inside the stage that it was started in.

A processor on the project's provider only reads them: what the project exports stays as it is.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.trace import StatusCode

from .. import attributes
from ..failsafe import harmless
from ..identity import current_identity
from ..ids import SPAN_ID_BYTES
from ..light_span import SpanEvent
from ..recording import CutStage, RequestRecord, Stage
from ..redaction import redact_query
from ..stage_kinds import OWN
from ..stages import current_stage
from ..types import Value
from ..values import ATTRIBUTES_A_SPAN, EVENTS_A_SPAN, clean_attributes, clean_text

SPANS_FOLLOWED = 10_000
"""Spans whose end is awaited in a process; beyond it the oldest is ended."""
MESSAGE = "logfire.msg"
"""What Logfire shows of a span, whose name is a template."""
URLS = (attributes.URL, attributes.QUERY, "http.url", "http.target")
"""Attributes whose query may hold secrets; `QUERY` is nothing else."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A span of the project's that has started."""

    stage: Stage
    around: Stage | None
    """Our stage that it was started in; None for one that was there before the request."""


class OwnSpans(SpanProcessor):
    """Shows the project's spans that start while a request is handled."""

    def __init__(self) -> None:
        self._followed: OrderedDict[int, Followed] = OrderedDict()

    def on_start(self, span: ReadableSpan, parent_context: Context | None = None) -> None:
        """Open a stage for a span, inside the current stage."""
        self._open(span)

    def on_end(self, span: ReadableSpan) -> None:
        """Close the stage of a span."""
        self._close(span)

    def shutdown(self) -> None:
        """Do nothing: what is under way ends with its own request."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Do nothing: nothing of the project's waits here."""
        return True

    @harmless(None)
    def follow_outer(self, span: ReadableSpan, record: RequestRecord) -> None:
        """Show a span that was there before the request, and in which the whole of it happens."""
        if record.admit_span():
            parent = 0 if span.parent is None else span.parent.span_id
            self._follow(span, record, parent, None)

    @harmless(None)
    def _open(self, span: ReadableSpan) -> None:
        around = current_stage()
        record = around.record
        if record is None or record.reduced or record.finished or span.context is None:
            return
        if not record.admit_span():
            self._remember(span, Followed(CutStage(record, OWN), around))
            return
        outer = None if span.parent is None else self._followed.get(span.parent.span_id)
        # Whichever is the innermost: the project's span that was started in this very stage, or the stage.
        is_inside = outer is not None and outer.around is around and bool(outer.stage.span_id)
        parent_id = outer.stage.span_id if outer is not None and is_inside else around.inner_id
        self._follow(span, record, int.from_bytes(parent_id), around)

    def _follow(self, span: ReadableSpan, record: RequestRecord, parent: int, around: Stage | None) -> None:
        identity = span.context
        if identity is None:
            return
        who = current_identity()
        if who.process_id != record.process_id:
            record.follow_process()
        opened = Stage(
            record,
            OWN,
            clean_text(span.name),
            span.start_time or 0,
            record.server.trace_id,
            identity.span_id.to_bytes(SPAN_ID_BYTES),
            parent.to_bytes(SPAN_ID_BYTES) if parent else b"",
            who,
        )
        opened.attributes = _described(span.attributes)
        record.spans += 1
        record.outbox.add_open(opened)
        self._remember(span, Followed(opened, around))

    def _remember(self, span: ReadableSpan, followed: Followed) -> None:
        if span.context is not None:
            self._followed[span.context.span_id] = followed
        if len(self._followed) > SPANS_FOLLOWED:
            self._followed.popitem(last=False)[1].stage.close()

    @harmless(None)
    def _close(self, span: ReadableSpan) -> None:
        followed = None if span.context is None else self._followed.pop(span.context.span_id, None)
        if followed is None:
            return
        stage = followed.stage
        if stage.span_id:
            self._complete(stage, span)
        stage.close(end_ns=span.end_time)

    @harmless(None)
    def _complete(self, stage: Stage, span: ReadableSpan) -> None:
        stage.name = clean_text(str((span.attributes or {}).get(MESSAGE) or span.name))
        stage.attributes = _described(span.attributes)
        stage.events = tuple(
            SpanEvent(event.name, event.timestamp, clean_attributes(_values(event.attributes)))
            for event in span.events[:EVENTS_A_SPAN]
        )
        if span.status.status_code is StatusCode.ERROR:
            stage.failure = clean_text(span.status.description or "")


def _described(own: Mapping[str, Any] | None) -> dict[str, Value]:
    """Return what is shown of a span's attributes: as many as ours may have, without secrets in their URLs."""
    described = clean_attributes(_values(own))
    for name in URLS:
        url = described.get(name)
        if isinstance(url, str):
            before, mark, query = ("", "", url) if name == attributes.QUERY else url.partition("?")
            described[name] = f"{before}{mark}{redact_query(query)}"
    return described


def _values(own: Mapping[str, Any] | None) -> dict[str, Value]:
    return dict(list((own or {}).items())[:ATTRIBUTES_A_SPAN])
