"""One span as the dashboard knows it: made once at the edge (ingest, runner), never changed afterwards.

A span arrives at least twice, when it opens and when it ends; `supersedes` decides which of two versions counts.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypeAlias, TypedDict

import msgspec
from msgspec import Struct

from dashboard.traces.attributes import CODE_ID, DIED, END_NOT_TOLD, MESSAGE_DIRECTION
from dashboard.traces.details import NONE, DetailsJson, SpanDetails, read_details
from dashboard.traces.source import Source
from dashboard.traces.stages import OTHER, STAGES, Kind
from dashboard.traces.values import Attributes, AttributeValue, Scalar, Value, Values

__all__ = ["AttributeValue", "Attributes", "Scalar", "Span", "SpanEvent", "SpanJson", "SpanKey", "Status", "by_trace"]

Status: TypeAlias = Literal["unset", "ok", "error"]
SpanKey: TypeAlias = tuple[str, str]
"""(trace id, span id): what makes a span unique."""
NOT_ASCII = b"\xff"
KIND_OF_STAGE = {name: stage.kind for name, stage in STAGES.items()}
KIND_OF_OTHERS = STAGES[OTHER].kind


class EventJson(TypedDict):
    """The contract's form of a `SpanEvent`."""

    name: str
    time_ns: int
    attributes: dict[str, AttributeValue]
    dropped_attributes: NotRequired[int]
    exact: NotRequired[dict[str, Value]]


class SpanJson(DetailsJson):
    """The contract's form of a `Span`, for frames, films and GET /traces/ID."""

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    stage: str
    server: str
    start_ns: int
    end_ns: int | None
    status: Status
    attributes: dict[str, AttributeValue]
    received_ns: int
    events: NotRequired[list[EventJson]]
    """Absent when there are none."""
    kind: NotRequired[Kind]
    """Absent when it is the one that its stage has."""
    flags: NotRequired[int]
    """Absent when there are none."""
    source: NotRequired[str]
    """The key of its `Source`; absent for the dashboard's own spans."""


@dataclass(frozen=True, slots=True)
class SpanEvent:
    """Something that happened at one moment of a span; `time_ns` is Unix time."""

    name: str
    time_ns: int
    attributes: Attributes = field(default_factory=dict)
    dropped_attributes: int = 0
    exact: Values = field(default_factory=dict)
    """Attributes whose value JSON lacks, as they came."""

    def as_json(self) -> EventJson:
        """Return the contract's form."""
        form: EventJson = {"name": self.name, "time_ns": self.time_ns, "attributes": dict(self.attributes)}
        if self.dropped_attributes:
            form["dropped_attributes"] = self.dropped_attributes
        if self.exact:
            form["exact"] = dict(self.exact)
        return form


class Span(Struct, frozen=True, gc=False):
    """A stage of a request. Times are Unix nanoseconds; `end_ns` is None while it is open.

    A struct, since tens of thousands are made in a second: a frozen dataclass takes ten times as long to make. The
    garbage collector need not look at it, for nothing in it refers back to it.

    `stage` is "" for spans of other instruments. `received_ns` is when the first dashboard received this version.
    """

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    stage: str
    server: str
    start_ns: int
    end_ns: int | None
    status: Status = "unset"
    attributes: Attributes = {}
    events: tuple[SpanEvent, ...] = ()
    received_ns: int = 0
    sent_kind: Kind | None = None
    """OpenTelemetry's kind, where it is not the one that the stage has."""
    flags: int = 0
    """As of SpanFlags in trace.proto."""
    source: Source | None = None
    """Who sent it; None for the dashboard's own spans."""
    details: SpanDetails | None = None

    @property
    def kind(self) -> Kind:
        """OpenTelemetry's kind."""
        return self.sent_kind or usual_kind(self.stage, self.attributes)

    @property
    def more(self) -> SpanDetails:
        """Its details, empty ones when it has none."""
        return self.details or NONE

    @property
    def key(self) -> SpanKey:
        """What makes this span unique; versions of one span share it."""
        return self.trace_id, self.span_id

    @property
    def final(self) -> bool:
        """Whether the span has ended."""
        return self.end_ns is not None

    @property
    def certain(self) -> bool:
        """Whether its own process reported its end; what is said of one that is gone is a conclusion (`liveness`)."""
        return self.final and self.attributes.get(DIED) is not True and not self.end_not_told

    @property
    def end_not_told(self) -> bool:
        """Whether its process is gone and had not reported its end, though the request had been answered."""
        return self.attributes.get(END_NOT_TOLD) is True

    @property
    def lacks_code(self) -> bool:
        """Whether it names a source text that was not known when it arrived."""
        return CODE_ID in self.attributes

    @property
    def rank(self) -> tuple[bool, int, bool, float, float, int, Status]:
        """What decides which of two versions holds: the greater, whatever the order of arrival.

        A certain end before everything else. Of snapshots that are numbered the highest; of certain ends the one with
        its source text, which may come later, and then the later end; of versions that are not certain (open, or
        concluded to be dead) the one received last. What is alike in that is told apart by what it holds.

        `static/js/model/versions.js` is the same rule, and `tests/versions.json` holds the two together: so times
        have a double's precision here as well.
        """
        certain, received, end = self.certain, float(self.received_ns), float(self.end_ns or 0)
        return (
            certain,
            self.more.version,
            certain and not self.lacks_code,
            *((end, -received) if certain else (received, end)),
            len(self.attributes),
            self.status,
        )

    def supersedes(self, other: "Span") -> bool:
        """Return whether this version replaces `other`."""
        return self.rank > other.rank

    def as_json(self) -> SpanJson:
        """Return the contract's form."""
        form: SpanJson = {
            "trace_id": self.trace_id,
            "span_id": self.span_id,
            "parent_id": self.parent_id,
            "name": self.name,
            "stage": self.stage,
            "server": self.server,
            "start_ns": self.start_ns,
            "end_ns": self.end_ns,
            "status": self.status,
            "attributes": dict(self.attributes),
            "received_ns": self.received_ns,
        }
        if self.events:
            form["events"] = [event.as_json() for event in self.events]
        if self.sent_kind:
            form["kind"] = self.sent_kind
        if self.flags:
            form["flags"] = self.flags
        if self.source:
            form["source"] = self.source.key
        if self.details:
            form.update(self.details.as_json())  # type: ignore[typeddict-item]
        return form

    def encode(self) -> str:
        """Return the contract's form as compact JSON in pure ASCII, so that its length is its size in bytes."""
        form = self.as_json()
        try:
            encoded = msgspec.json.encode(form)
        except UnicodeEncodeError:  # half of a character
            encoded = NOT_ASCII
        if encoded.isascii():
            return encoded.decode("ascii")
        # Several times slower, and rare.
        return json.dumps(form, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, form: SpanJson, sources: Mapping[str, Source] | None = None) -> "Span":
        """Return the span that was encoded; `sources` are those that came with it, by key.

        Raise KeyError or TypeError for anything else.
        """
        return cls(
            trace_id=form["trace_id"],
            span_id=form["span_id"],
            parent_id=form["parent_id"],
            name=form["name"],
            stage=form["stage"],
            server=form["server"],
            start_ns=form["start_ns"],
            end_ns=form["end_ns"],
            status=form["status"],
            attributes=form["attributes"],
            events=tuple(SpanEvent(**event) for event in form.get("events", ())),
            received_ns=form["received_ns"],
            sent_kind=form.get("kind"),
            flags=form.get("flags", 0),
            source=(sources or {}).get(form.get("source", "")),
            details=read_details(form),
        )


def usual_kind(stage: str, attributes: Attributes) -> Kind:
    """Return the kind that spans of a stage have."""
    if stage == "message":
        return "producer" if attributes.get(MESSAGE_DIRECTION) == "out" else "consumer"
    return KIND_OF_STAGE.get(stage, KIND_OF_OTHERS)


def by_trace(spans: Iterable[Span]) -> dict[str, list[Span]]:
    """Return the spans of each trace, in the order in which they come."""
    traces: dict[str, list[Span]] = {}
    for span in spans:
        traces.setdefault(span.trace_id, []).append(span)
    return traces
