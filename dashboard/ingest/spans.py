"""Builds a `Span` from decoded fields: what both encodings have in common, and the dialects of open spans.

An open span has no end, or the end 0. Logfire sends a special span instead, `pending_span`: a child of the span that
it announces, with the real parent in an attribute (https://github.com/pydantic/logfire:
logfire/_internal/exporters/processor_wrapper.py and tracer.py).
"""

from dataclasses import dataclass, field, replace

from dashboard.ingest.refusal import SpanRejectedError
from dashboard.ingest.values import SpanBudget
from dashboard.traces.attributes import (
    COUNTED_REQUESTS,
    DB_SYSTEM,
    DB_SYSTEM_BEFORE,
    DROPPED_SPANS,
    HOST,
    PID_NAMESPACE,
    PROCESS_ID,
    REDUCED_REQUESTS,
    SERVICE_INSTANCE,
    SERVICE_NAME,
    SIGN_OF_LIFE,
    STAGE,
    STATUS_DESCRIPTION,
)
from dashboard.traces.liveness import Heartbeat, Host
from dashboard.traces.losses import Losses
from dashboard.traces.span import Attributes, AttributeValue, Span, SpanEvent, Status

TRACE_ID_DIGITS = 32
SPAN_ID_DIGITS = 16
UNKNOWN_SERVER = "unknown_service"
STATUSES: dict[int, Status] = {1: "ok", 2: "error"}
INHERITED = (PROCESS_ID, SERVICE_INSTANCE)
"""Attributes of the resource that decide a span's lane; spans of other instruments do not carry them themselves."""
LONGEST_INTERVAL_S = 60
"""Heartbeat intervals longer than this are ignored."""
SERVER, CLIENT = 2, 3
"""Values of SpanKind."""
DATABASE = (DB_SYSTEM_BEFORE, DB_SYSTEM)
LOGFIRE_TYPE = "logfire.span_type"
LOGFIRE_PARENT = "logfire.pending_parent_id"


@dataclass(frozen=True, slots=True)
class Resource:
    """Who sent the spans: the server's name, what its process dropped, and that it is alive."""

    server: str
    inherited: Attributes
    losses: Losses | None
    heartbeat: Heartbeat | None
    """None when the sender does not identify its process."""


@dataclass(frozen=True, slots=True)
class SpanFields:
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
    events: tuple[SpanEvent, ...]


@dataclass(slots=True)
class SpanBatch:
    """The content of one request. `rejected` spans are not in `spans`; `reason` is that of the first one."""

    spans: list[Span] = field(default_factory=list)
    losses: list[Losses] = field(default_factory=list)
    heartbeats: list[Heartbeat] = field(default_factory=list)
    rejected: int = 0
    reason: str = ""

    def add_sender(self, sender: Resource) -> None:
        """Add what a resource says about its process, even when no span comes with it."""
        if sender.losses:
            self.losses.append(sender.losses)
        if sender.heartbeat:
            self.heartbeats.append(sender.heartbeat)

    def reject(self, why: SpanRejectedError) -> None:
        """Count a span that is left out."""
        self.rejected += 1
        self.reason = self.reason or str(why)


def read_sender(attributes: Attributes) -> Resource:
    """Return the sender of the spans, from the attributes of an OTLP resource."""
    server = str(attributes.get(SERVICE_NAME) or UNKNOWN_SERVER)
    inherited = {name: attributes[name] for name in INHERITED if name in attributes}
    counts = [attributes.get(name) for name in (DROPPED_SPANS, REDUCED_REQUESTS, COUNTED_REQUESTS)]
    losses = None
    if any(isinstance(count, int) for count in counts):
        instance = str(attributes.get(SERVICE_INSTANCE) or attributes.get(PROCESS_ID) or "")
        losses = Losses(server, instance, *(count if isinstance(count, int) else 0 for count in counts))
    return Resource(server, inherited, losses, _heartbeat(attributes))


def _heartbeat(attributes: Attributes) -> Heartbeat | None:
    instance, pid = attributes.get(SERVICE_INSTANCE), attributes.get(PROCESS_ID)
    if not isinstance(instance, str) or not isinstance(pid, int):
        return None
    host = Host(str(attributes.get(HOST, "")), str(attributes.get(PID_NAMESPACE, "")))
    interval_s = attributes.get(SIGN_OF_LIFE)
    if not isinstance(interval_s, int) or not 0 < interval_s <= LONGEST_INTERVAL_S:
        interval_s = 0
    return Heartbeat(instance, pid, host, interval_s)


def build_span(fields: SpanFields, sender: Resource, budget: SpanBudget, received_ns: int) -> Span:
    """Return the span. Raise SpanRejectedError if its ids are invalid."""
    trace_id = _id(fields.trace_id, TRACE_ID_DIGITS, "trace id")
    span_id = _id(fields.span_id, SPAN_ID_DIGITS, "span id")
    parent_id = _id(fields.parent_id, SPAN_ID_DIGITS, "parent span id") if fields.parent_id else None
    attributes = {**sender.inherited, **fields.attributes, **budget.cut_marks()}
    if fields.status_message:
        attributes[STATUS_DESCRIPTION] = fields.status_message
    stage = attributes.get(STAGE) or _stage_of(fields)
    span = Span(
        trace_id=trace_id,
        span_id=span_id,
        parent_id=parent_id,
        name=fields.name,
        stage=stage if isinstance(stage, str) else "",
        server=sender.server,
        start_ns=fields.start_ns,
        end_ns=fields.end_ns or None,
        status=STATUSES.get(fields.status_code, "unset"),
        attributes=attributes,
        events=fields.events,
        received_ns=received_ns,
    )
    return _announced_by(span) if attributes.get(LOGFIRE_TYPE) == "pending_span" else span


def _stage_of(foreign: SpanFields) -> str:
    """Return the stage of another instrument's span, as far as the semantic conventions tell; "" otherwise."""
    if foreign.kind == SERVER:
        return "server"
    if foreign.kind == CLIENT and any(name in foreign.attributes for name in DATABASE):
        return "query"
    if foreign.kind == CLIENT:
        return "call" if foreign.parent_id else "client"
    return ""


def _id(digits: str, length: int, what: str) -> str:
    if len(digits) != length or digits.strip("0") == "":
        raise SpanRejectedError(f"a {what} must be {length // 2} bytes and not all zero")
    return digits


def _announced_by(pending: Span) -> Span:
    """Return the open span that a Logfire `pending_span` announces. Raise SpanRejectedError if it names none."""
    if pending.parent_id is None:
        raise SpanRejectedError("a pending_span must be the child of the span that it announces")
    parent = str(pending.attributes.get(LOGFIRE_PARENT, ""))
    rest = {name: value for name, value in pending.attributes.items() if name not in {LOGFIRE_TYPE, LOGFIRE_PARENT}}
    is_id = len(parent) == SPAN_ID_DIGITS and parent.strip("0") != "" and set(parent) <= set("0123456789abcdef")
    return replace(
        pending, span_id=pending.parent_id, parent_id=parent if is_id else None, end_ns=None, attributes=rest
    )
