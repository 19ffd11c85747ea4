"""Builds a `Span` from decoded fields: what both encodings have in common."""

from dataclasses import dataclass, field

from msgspec import Struct

from dashboard.ingest.conventions import of_today
from dashboard.ingest.open_spans import DIALECTS, as_open
from dashboard.ingest.refusal import SpanRejectedError
from dashboard.ingest.sender import INHERITED, Sender
from dashboard.ingest.values import SpanBudget, split_plain
from dashboard.traces.attributes import DB_QUERY, DB_SYSTEM, ENVELOPE, STAGE, STATUS_DESCRIPTION
from dashboard.traces.details import SpanDetails, SpanLink
from dashboard.traces.liveness import Heartbeat
from dashboard.traces.losses import Losses
from dashboard.traces.span import Span, SpanEvent, Status, usual_kind
from dashboard.traces.stages import KINDS, Kind
from dashboard.traces.values import Attributes, AttributeValue, Value

TRACE_ID_DIGITS = 32
SPAN_ID_DIGITS = 16
LATEST_NS = 2**63 - 1
"""Of the moments that are understood; it is in the year 2262."""
STATUSES: dict[int, Status] = {1: "ok", 2: "error"}
SAID_ELSEWHERE = frozenset({*INHERITED, STATUS_DESCRIPTION})
"""What a span is given by its resource or its status, and may say itself as well."""


class SpanFields(Struct, frozen=True, gc=False):
    """A span as on the wire: ids in hexadecimal, times in Unix nanoseconds, end 0 while open."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: int
    """As SpanKind in trace.proto."""
    start_ns: int
    end_ns: int
    status_code: int
    status_message: str
    attributes: dict[str, Value]
    events: tuple[SpanEvent, ...]
    flags: int = 0
    details: SpanDetails | None = None
    """Links, trace state and how much the instrument dropped; None when there is none of them."""


@dataclass(slots=True)
class SpanBatch:
    """The content of one request. `rejected` spans are not in `spans`; `reason` is that of the first one."""

    spans: list[Span] = field(default_factory=list)
    losses: list[Losses] = field(default_factory=list)
    heartbeats: list[Heartbeat] = field(default_factory=list)
    rejected: int = 0
    reason: str = ""

    def add_sender(self, sender: Sender) -> None:
        """Add what a resource says about its process, even when no span comes with it."""
        if sender.losses:
            self.losses.append(sender.losses)
        if sender.heartbeat:
            self.heartbeats.append(sender.heartbeat)

    def reject(self, why: SpanRejectedError, count: int = 1) -> None:
        """Count spans that are left out."""
        self.rejected += count
        self.reason = self.reason or str(why)


def build_span(fields: SpanFields, sender: Sender, budget: SpanBudget, received_ns: int) -> Span:
    """Return the span. Raise SpanRejectedError if its ids or its times are invalid."""
    trace_id = _id(fields.trace_id, TRACE_ID_DIGITS, "trace id")
    span_id = _id(fields.span_id, SPAN_ID_DIGITS, "span id")
    # Eight zero bytes mean "no parent", as to the Collector, Jaeger and Tempo.
    has_parent = fields.parent_id.strip("0") != ""
    parent_id = _id(fields.parent_id, SPAN_ID_DIGITS, "parent span id") if has_parent else None
    if not fields.start_ns:
        raise SpanRejectedError("a span must have a start time")
    if fields.start_ns > LATEST_NS or fields.end_ns > LATEST_NS:
        raise SpanRejectedError("a time must be before the year 2262")
    attributes, exact = split_plain(fields.attributes)
    kind = KINDS[fields.kind] if 0 <= fields.kind < len(KINDS) else KINDS[0]
    details = fields.details
    stage = attributes.get(STAGE)
    if stage is None:
        today = of_today(attributes, is_server=kind == "server")
        own = tuple(SAID_ELSEWHERE.intersection(attributes)) if ENVELOPE not in attributes else ()
        if STATUS_DESCRIPTION in own and fields.status_message:
            exact = {**exact, STATUS_DESCRIPTION: fields.attributes[STATUS_DESCRIPTION]}
        elif STATUS_DESCRIPTION in exact:  # its text must not be taken for the status's
            attributes = {name: value for name, value in attributes.items() if name != STATUS_DESCRIPTION}
        if today or own:
            details = _with(details, derived=tuple(today), own=tuple(sorted(own)))
            attributes = {**attributes, **today}
        stage = _stage_of(kind, attributes, has_parent=has_parent)
    if exact:
        details = _with(details, exact=exact)
    if not isinstance(stage, str):
        stage = ""
    span = Span(
        trace_id=trace_id,
        span_id=span_id,
        parent_id=parent_id,
        name=fields.name,
        stage=stage,
        server=sender.server,
        start_ns=fields.start_ns,
        end_ns=fields.end_ns or None,
        status=STATUSES.get(fields.status_code, "unset"),
        attributes=_attributes(sender, attributes, budget, fields.status_message),
        events=fields.events,
        received_ns=received_ns,
        sent_kind=None if kind == usual_kind(stage, attributes) else kind,
        flags=fields.flags,
        source=sender.source,
        details=details,
    )
    return span if DIALECTS.isdisjoint(attributes) else as_open(span)


def _attributes(
    sender: Sender, attributes: dict[str, AttributeValue], budget: SpanBudget, status_message: str
) -> dict[str, AttributeValue]:
    found = {**sender.inherited, **attributes}
    if not budget.is_whole:
        found |= budget.cut_marks()
    if status_message:
        found[STATUS_DESCRIPTION] = status_message
    return found


def _with(details: SpanDetails | None, **more: object) -> SpanDetails:
    known = {name: getattr(details, name) for name in SpanDetails.__struct_fields__} if details else {}
    return SpanDetails(**{**known, **more})


def describe(
    links: tuple[SpanLink, ...], trace_state: str, dropped_attributes: int, dropped_events: int, dropped_links: int
) -> SpanDetails | None:
    """Return the details that the wire has of a span; None for most spans."""
    if links or trace_state or dropped_attributes or dropped_events or dropped_links:
        return SpanDetails(links, trace_state, dropped_attributes, dropped_events, dropped_links)
    return None


def _stage_of(kind: Kind, attributes: Attributes, *, has_parent: bool) -> str:
    """Return the stage of another instrument's span, as far as the semantic conventions tell; "" otherwise."""
    if kind == "server":
        return "server"
    if kind == "client" and (DB_SYSTEM in attributes or DB_QUERY in attributes):
        return "query"
    if kind == "client":
        return "call" if has_parent else "client"
    return ""


def _id(digits: str, length: int, what: str) -> str:
    if len(digits) != length or not digits.strip("0"):
        raise SpanRejectedError(f"a {what} must be {length // 2} bytes and not all zero")
    return digits
