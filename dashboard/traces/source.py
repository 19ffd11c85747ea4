"""Where spans come from: the resource that sent them and the scope (library) that made them. Pure.

A sender says it once for a whole message, so it is kept once: spans share the object, and their JSON names it by its
key. Who has no table of sources at hand finds one beside the spans, in GET /traces/ID and in a film.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NotRequired, Protocol, TypeAlias, TypedDict
from weakref import WeakValueDictionary

from dashboard.traces.values import Value, Values

KEY_DIGITS = 16


class ResourceJson(TypedDict):
    """A resource; what it does not say is absent."""

    attributes: NotRequired[dict[str, Value]]
    dropped_attributes: NotRequired[int]
    schema_url: NotRequired[str]


class ScopeJson(ResourceJson):
    """A scope; what it does not say is absent."""

    name: NotRequired[str]
    version: NotRequired[str]


class SourceJson(TypedDict):
    """The JSON of a `Source`. Values are as of `dashboard/traces/values.py`."""

    resource: ResourceJson
    scope: ScopeJson


Sources: TypeAlias = Mapping[str, SourceJson]
"""By their keys."""


@dataclass(frozen=True, slots=True)
class ResourceDescription:
    """What a sender says of itself, with the schema of its attributes' names."""

    attributes: Values = field(default_factory=dict)
    dropped_attributes: int = 0
    schema_url: str = ""

    def as_json(self) -> ResourceJson:
        """Return it without what is empty."""
        form: ResourceJson = {}
        if self.attributes:
            form["attributes"] = dict(self.attributes)
        if self.dropped_attributes:
            form["dropped_attributes"] = self.dropped_attributes
        if self.schema_url:
            form["schema_url"] = self.schema_url
        return form


@dataclass(frozen=True, slots=True)
class ScopeDescription(ResourceDescription):
    """The same of the library that made the spans."""

    name: str = ""
    version: str = ""

    def as_json(self) -> ScopeJson:
        """Return it without what is empty."""
        named = {"name": self.name, "version": self.version}
        form: ScopeJson = {
            **ResourceDescription.as_json(self),
            **{key: text for key, text in named.items() if text},  # type: ignore[typeddict-item]
        }
        return form


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Source:
    """A resource and a scope, as JSON text: it is rarely looked at. `key` is made of the text."""

    key: str
    text: str

    @property
    def footprint(self) -> int:
        """Estimated bytes of memory."""
        return len(self.text) + 512

    def as_json(self) -> SourceJson:
        """Return what it says."""
        form: SourceJson = json.loads(self.text)
        return form


_known: WeakValueDictionary[str, Source] = WeakValueDictionary()
"""Those that some span has: messages of one sender share them."""


def source_of(resource: ResourceDescription, scope: ScopeDescription) -> Source:
    """Return the source that these two are."""
    return source_from_json({"resource": resource.as_json(), "scope": scope.as_json()})


def source_from_json(form: SourceJson) -> Source:
    """Return the source that was written down."""
    text = json.dumps(form, separators=(",", ":"), allow_nan=False)
    key = hashlib.sha256(text.encode()).hexdigest()[:KEY_DIGITS]
    source = _known.get(key)
    if source is None:
        source = _known[key] = Source(key, text)
    return source


class _HasSource(Protocol):
    @property
    def source(self) -> Source | None: ...


def sources_of(spans: Iterable[_HasSource]) -> dict[str, SourceJson]:
    """Return the sources of these spans, each once."""
    found = {span.source.key: span.source for span in spans if span.source}
    return {key: source.as_json() for key, source in found.items()}


def read_sources(forms: Sources) -> dict[str, Source]:
    """Return the sources of a table, by the keys that it gives them."""
    return {key: source_from_json(form) for key, form in forms.items()}
