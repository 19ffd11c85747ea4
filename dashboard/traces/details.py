"""What few spans have, kept apart so that it costs the others nothing. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict, cast

from msgspec import Struct

from dashboard.traces.values import Value, Values


class LinkJson(TypedDict):
    """The JSON of a `SpanLink`; what it does not say is absent."""

    trace_id: str
    span_id: str
    trace_state: NotRequired[str]
    attributes: NotRequired[dict[str, Value]]
    dropped_attributes: NotRequired[int]
    flags: NotRequired[int]


class DroppedJson(TypedDict):
    """How much of a span its own instrument left out; what it did not leave out is absent."""

    attributes: NotRequired[int]
    events: NotRequired[int]
    links: NotRequired[int]


@dataclass(frozen=True, slots=True)
class SpanLink:
    """A link to a span, mostly of another trace. Ids are hexadecimal; attributes are as of `values.py`."""

    trace_id: str
    span_id: str
    trace_state: str = ""
    attributes: Values = field(default_factory=dict)
    dropped_attributes: int = 0
    flags: int = 0

    def as_json(self) -> LinkJson:
        """Return it without what is empty."""
        form: LinkJson = {"trace_id": self.trace_id, "span_id": self.span_id}
        if self.trace_state:
            form["trace_state"] = self.trace_state
        if self.attributes:
            form["attributes"] = dict(self.attributes)
        if self.dropped_attributes:
            form["dropped_attributes"] = self.dropped_attributes
        if self.flags:
            form["flags"] = self.flags
        return form


class DetailsJson(TypedDict):
    """The JSON of `SpanDetails`: members of the span itself; what it does not have is absent."""

    links: NotRequired[list[LinkJson]]
    trace_state: NotRequired[str]
    dropped: NotRequired[DroppedJson]
    exact: NotRequired[dict[str, Value]]
    derived: NotRequired[list[str]]
    own: NotRequired[list[str]]
    shared: NotRequired[str]
    version: NotRequired[int]


class SpanDetails(Struct, frozen=True):
    """What few spans have."""

    links: tuple[SpanLink, ...] = ()
    trace_state: str = ""
    """As of W3C Trace Context."""
    dropped_attributes: int = 0
    dropped_events: int = 0
    dropped_links: int = 0
    exact: Values = {}
    """Attributes whose value JSON lacks, as they came."""
    derived: tuple[str, ...] = ()
    """Names of attributes that were not sent: an older convention's, by the name of today."""
    own: tuple[str, ...] = ()
    """Names of attributes that the span says itself although its resource or its status says them, too."""
    shared: str | None = None
    """Set when another span has the id that this one was sent with: the parent with which it was sent, or ""."""
    version: int = 0
    """Of two versions of a span that are equally certain the higher counts, whatever came first."""

    def as_json(self) -> DetailsJson:
        """Return it without what is empty."""
        form: DetailsJson = {}
        if self.links:
            form["links"] = [link.as_json() for link in self.links]
        if self.trace_state:
            form["trace_state"] = self.trace_state
        if dropped := self._dropped():
            form["dropped"] = dropped
        if self.exact:
            form["exact"] = dict(self.exact)
        if self.derived:
            form["derived"] = list(self.derived)
        if self.own:
            form["own"] = list(self.own)
        if self.shared is not None:
            form["shared"] = self.shared
        if self.version:
            form["version"] = self.version
        return form

    def _dropped(self) -> DroppedJson:
        counts = {"attributes": self.dropped_attributes, "events": self.dropped_events, "links": self.dropped_links}
        return cast("DroppedJson", {name: count for name, count in counts.items() if count})


NONE = SpanDetails()
"""Those of most spans."""


def read_details(form: Mapping[str, object]) -> SpanDetails | None:
    """Return the details that were written into a span's JSON; None if there are none."""
    found = cast("DetailsJson", {name: form[name] for name in DetailsJson.__optional_keys__ if name in form})
    if not found:
        return None
    dropped = found.get("dropped", {})
    return SpanDetails(
        links=tuple(SpanLink(**link) for link in found.get("links", ())),
        trace_state=found.get("trace_state", ""),
        dropped_attributes=dropped.get("attributes", 0),
        dropped_events=dropped.get("events", 0),
        dropped_links=dropped.get("links", 0),
        exact=found.get("exact", {}),
        derived=tuple(found.get("derived", ())),
        own=tuple(found.get("own", ())),
        shared=found.get("shared"),
        version=found.get("version", 0),
    )
