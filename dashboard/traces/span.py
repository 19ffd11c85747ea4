"""One span as the dashboard knows it: made once at the edge (ingest, runner), never changed afterwards.

A span arrives at least twice, when it opens and when it ends; `supersedes` says which of two versions to
believe.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None
AttributeValue: TypeAlias = Scalar | list["AttributeValue"]
Attributes: TypeAlias = Mapping[str, AttributeValue]
Status: TypeAlias = Literal["unset", "ok", "error"]
SpanKey: TypeAlias = tuple[str, str]
"""(trace id, span id): what makes a span unique."""

DIED = "gatescope.died"
"""True on a span whose end is the death of its process, as concluded by the dashboard (`life.py`), or as told by the
probes when there was time to tell.
"""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at one moment of a span; `time_ns` is Unix time."""

    name: str
    time_ns: int
    attributes: Attributes = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The contract's form of an event."""
        return {"name": self.name, "time_ns": self.time_ns, "attributes": dict(self.attributes)}


@dataclass(frozen=True, slots=True)
class Span:
    """A stage of a request. Times are Unix nanoseconds; `end_ns` is None while it is open.

    `stage` is "" for spans of other instruments. `received_ns` is when the first dashboard took this
    version in.
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
    attributes: Attributes = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    received_ns: int = 0

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
        """Whether its own process said that it has ended; that it died with its process is a conclusion."""
        return self.final and self.attributes.get(DIED) is not True

    def supersedes(self, other: "Span") -> bool:
        """Whether this version replaces `other`: a certain end beats everything else in any order, and of what is
        not certain (open, or concluded to have died) the newer counts.
        """
        if self.certain != other.certain:
            return self.certain
        return not self.certain and self.received_ns > other.received_ns

    def as_json(self) -> dict[str, Any]:
        """The contract's form, for frames and for GET /traces/ID."""
        form: dict[str, Any] = {
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
        return form

    def encoded(self) -> str:
        """The contract's form as compact JSON in pure ASCII, so that its length is its size in bytes."""
        return json.dumps(self.as_json(), separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> "Span":
        """A span that another dashboard process encoded with `encoded`. Raises KeyError and TypeError for
        anything else.
        """
        fields = dict(form)
        events = tuple(Event(**event) for event in fields.pop("events", ()))
        return cls(**fields, events=events)
