"""From decoded fields to a `Span`: what both encodings have in common, and the dialects of open spans.

An open span has no end, or the end 0. Logfire sends a span of its own kind instead, `pending_span`: a child of the
span that it announces, which carries the true parent in an attribute (https://github.com/pydantic/logfire:
logfire/_internal/exporters/processor_wrapper.py and tracer.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dashboard.ingest.refusal import RejectedError
from dashboard.ingest.values import SpanRoom
from dashboard.traces.liveness import Host, Sign
from dashboard.traces.losses import Losses
from dashboard.traces.span import Attributes, AttributeValue, Event, Span, Status

TRACE_ID_DIGITS = 32
SPAN_ID_DIGITS = 16
UNKNOWN_SERVER = "unknown_service"
STATUSES: dict[int, Status] = {1: "ok", 2: "error"}
INHERITED = ("process.pid", "service.instance.id")
"""Attributes of the resource that place a span in a lane; spans of other instruments do not carry them."""
LONGEST_PROMISE_S = 60
"""Who promises a sign of life less often than this promises nothing."""
SERVER, CLIENT = 2, 3
"""Of SpanKind."""
DATABASE = ("db.system", "db.system.name")
LOGFIRE_TYPE = "logfire.span_type"
LOGFIRE_PARENT = "logfire.pending_parent_id"


@dataclass(frozen=True, slots=True)
class Resource:
    """Who sent the spans: the server's name, what its process shed, and that it lives."""

    server: str
    inherited: Attributes
    losses: Losses | None
    sign: Sign | None
    """None when the sender does not say which process it is."""


@dataclass(frozen=True, slots=True)
class SpanFields:
    """A span as it stood on the wire: ids in hexadecimal, times in Unix nanoseconds, end 0 while open."""

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
    events: tuple[Event, ...]


@dataclass(slots=True)
class Batch:
    """What a request brought. `rejected` spans are not in `spans`; `reason` is the first one's."""

    spans: list[Span] = field(default_factory=list)
    losses: list[Losses] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    rejected: int = 0
    reason: str = ""

    def heard(self, sender: Resource) -> None:
        """Note what a resource says of its process, also when no span came with it."""
        if sender.losses:
            self.losses.append(sender.losses)
        if sender.sign:
            self.signs.append(sender.sign)

    def reject(self, why: RejectedError) -> None:
        """Count a span that is not taken."""
        self.rejected += 1
        self.reason = self.reason or str(why)


def resource(attributes: Mapping[str, AttributeValue]) -> Resource:
    """The sender of the spans, from the attributes of an OTLP resource."""
    server = str(attributes.get("service.name") or UNKNOWN_SERVER)
    inherited = {name: attributes[name] for name in INHERITED if name in attributes}
    counts = [
        attributes.get(f"gatescope.{name}") for name in ("dropped_spans", "reduced_requests", "counted_requests")
    ]
    losses = None
    if any(isinstance(count, int) for count in counts):
        instance = str(attributes.get("service.instance.id") or attributes.get("process.pid") or "")
        losses = Losses(server, instance, *(count if isinstance(count, int) else 0 for count in counts))
    return Resource(server, inherited, losses, _sign(attributes))


def _sign(attributes: Attributes) -> Sign | None:
    instance, pid = attributes.get("service.instance.id"), attributes.get("process.pid")
    if not isinstance(instance, str) or not isinstance(pid, int):
        return None
    host = Host(str(attributes.get("host.name", "")), str(attributes.get("gatescope.pid_namespace", "")))
    promise_s = attributes.get("gatescope.sign_of_life_s")
    if not isinstance(promise_s, int) or not 0 < promise_s <= LONGEST_PROMISE_S:
        promise_s = 0
    return Sign(instance, pid, host, promise_s)


def span(fields: SpanFields, sender: Resource, room: SpanRoom, received_ns: int) -> Span:
    """The span. Raises RejectedError when its ids are none."""
    trace_id = _id(fields.trace_id, TRACE_ID_DIGITS, "trace id")
    span_id = _id(fields.span_id, SPAN_ID_DIGITS, "span id")
    parent_id = _id(fields.parent_id, SPAN_ID_DIGITS, "parent span id") if fields.parent_id else None
    attributes = {**sender.inherited, **fields.attributes, **room.marks()}
    if fields.status_message:
        attributes["otel.status_description"] = fields.status_message
    stage = attributes.get("gatescope.stage") or _stage_of(fields)
    made = Span(
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
    return _announced(made) if attributes.get(LOGFIRE_TYPE) == "pending_span" else made


def _stage_of(foreign: SpanFields) -> str:
    """The stage of a span that another instrument made, as far as the semantic conventions tell; "" otherwise."""
    if foreign.kind == SERVER:
        return "server"
    if foreign.kind == CLIENT and any(name in foreign.attributes for name in DATABASE):
        return "query"
    if foreign.kind == CLIENT:
        return "call" if foreign.parent_id else "client"
    return ""


def _id(digits: str, length: int, what: str) -> str:
    if len(digits) != length or digits.strip("0") == "":
        raise RejectedError(f"a {what} must be {length // 2} bytes and not all zero")
    return digits


def _announced(pending: Span) -> Span:
    """The open span that a Logfire `pending_span` speaks of. Raises RejectedError when it names none."""
    if pending.parent_id is None:
        raise RejectedError("a pending_span must be the child of the span that it announces")
    parent = str(pending.attributes.get(LOGFIRE_PARENT, ""))
    rest = {name: value for name, value in pending.attributes.items() if name not in {LOGFIRE_TYPE, LOGFIRE_PARENT}}
    is_id = len(parent) == SPAN_ID_DIGITS and parent.strip("0") != "" and set(parent) <= set("0123456789abcdef")
    return replace(
        pending, span_id=pending.parent_id, parent_id=parent if is_id else None, end_ns=None, attributes=rest
    )
