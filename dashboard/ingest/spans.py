"""Builds a `Span` from decoded fields: what both encodings have in common."""

from dataclasses import dataclass, field

from msgspec import Struct

from dashboard.ingest.conventions import of_today
from dashboard.ingest.open_spans import DIALECTS, as_open
from dashboard.ingest.refusal import SpanRejectedError
from dashboard.ingest.sender import INHERITED, Sender
from dashboard.ingest.values import SpanBudget
from dashboard.traces.attributes import DB_QUERY, DB_SYSTEM, ENVELOPE, STAGE, STATUS_DESCRIPTION
from dashboard.traces.details import SpanDetails, SpanLink
from dashboard.traces.liveness import Heartbeat
from dashboard.traces.losses import Losses
from dashboard.traces.span import Span, SpanEvent, Status, usual_kind
from dashboard.traces.stages import KINDS, Kind
from dashboard.traces.values import Attributes, AttributeValue, Value, as_values

NO_TRACE_ID = "0" * 32
NO_SPAN_ID = "0" * 16
"""All zero stands for none, in hexadecimal as in bytes."""
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
    attributes: dict[str, AttributeValue]
    exact: dict[str, Value]
    """Attributes whose value JSON lacks, as they came."""
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
    _check_id(fields.trace_id, NO_TRACE_ID, "trace id")
    _check_id(fields.span_id, NO_SPAN_ID, "span id")
    # Zero bytes mean "no parent", as to the Collector, Jaeger and Tempo.
    parent_id = fields.parent_id if fields.parent_id.strip("0") else None
    if parent_id is not None:
        _check_id(parent_id, NO_SPAN_ID, "parent span id")
    if not fields.start_ns:
        raise SpanRejectedError("a span must have a start time")
    if fields.start_ns > LATEST_NS or fields.end_ns > LATEST_NS:
        raise SpanRejectedError("a time must be before the year 2262")
    attributes, exact = fields.attributes, fields.exact
    kind = KINDS[fields.kind] if 0 <= fields.kind < len(KINDS) else KINDS[0]
    details = fields.details
    stage = attributes.get(STAGE)
    if stage is None:
        today = of_today(attributes, is_server=kind == "server")
        own = tuple(SAID_ELSEWHERE.intersection(attributes)) if ENVELOPE not in attributes else ()
        if STATUS_DESCRIPTION in own and fields.status_message:
            exact = {**as_values({STATUS_DESCRIPTION: attributes[STATUS_DESCRIPTION]}), **exact}
        elif STATUS_DESCRIPTION in exact:  # its text must not be taken for the status's
            attributes = {name: value for name, value in attributes.items() if name != STATUS_DESCRIPTION}
        if today or own:
            details = _with(details, derived=tuple(today), own=tuple(sorted(own)))
            attributes = {**attributes, **today}
        stage = _stage_of(kind, attributes, has_parent=parent_id is not None)
    if exact:
        details = _with(details, exact=exact)
    if not isinstance(stage, str):
        stage = ""
    span = Span(  # in the order of declaration: by name, it takes several times as long to make
        fields.trace_id,
        fields.span_id,
        parent_id,
        fields.name,
        stage,
        sender.server,
        fields.start_ns,
        fields.end_ns or None,
        STATUSES.get(fields.status_code, "unset"),
        _attributes(sender, attributes, budget, fields.status_message),
        fields.events,
        received_ns,
        None if kind == usual_kind(stage, attributes) else kind,
        fields.flags,
        sender.source,
        details,
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


MESSAGING_OPERATION = "messaging.operation.type"
PROCESS = "process"
"""Of a consumer's span: its message is worked on, not fetched (semantic conventions, "Operation types")."""
TEMPLATES = frozenset({"jinja2.template_name", "template.name"})
"""There is no convention for templates: what OpenTelemetry's instrumentation of Jinja2 writes, and others."""


def _stage_of(kind: Kind, attributes: Attributes, *, has_parent: bool) -> str:
    """Return the stage of another instrument's span, as far as the semantic conventions tell; "" otherwise."""
    if kind == "server":
        return "server"
    if kind == "client" and (DB_SYSTEM in attributes or DB_QUERY in attributes):
        return "query"
    if kind == "client":
        return "call" if has_parent else "client"
    if kind == "producer":
        return "send"
    if kind == "consumer":
        return "task" if attributes.get(MESSAGING_OPERATION, PROCESS) == PROCESS else ""
    return "template" if TEMPLATES.intersection(attributes) else ""


def _check_id(digits: str, none: str, what: str) -> None:
    if len(digits) != len(none) or digits == none:
        raise SpanRejectedError(f"a {what} must be {len(none) // 2} bytes and not all zero")
