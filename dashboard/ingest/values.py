"""Bounds attribute values and makes them safe as JSON: what is too long is truncated, counted and marked.

Both readers (`protobuf_span.py`, `json_span.py`) walk their values with a `ValueBudget`, which limits how much is
read.
"""

import math
from collections.abc import Callable, Sequence
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

from dashboard.ingest.limits import IngestLimits
from dashboard.traces.attributes import CUT_ATTRIBUTES, CUT_EVENTS, CUT_LINKS, CUT_VALUES
from dashboard.traces.values import (
    AttributeValue,
    Value,
    from_bytes,
    from_map,
    from_special_double,
    is_plain,
    to_plain,
)

NUMBER_BYTES = 8
ITEM_BYTES = 2
"""Charged for each item of an array or a map besides its content: otherwise a million empty ones would be free."""
MARK = "…"
MOST_KNOWN = 2_000
"""Attributes of one message that are remembered."""

T = TypeVar("T")
V = TypeVar("V")


class ValueBudget:
    """The bytes left for one value, and whether some of it was cut."""

    __slots__ = ("cut", "depth", "left", "plain")

    def __init__(self, left: int, depth: int) -> None:
        self.left = left
        self.depth = depth
        self.cut = False
        self.plain = True
        """Whether JSON has all of the value: what it lacks is kept twice, as it came and as it is shown."""

    def text(self, text: str) -> str:
        """Return as many whole characters of the text as fit, with a mark if it was cut."""
        if text.isascii() and len(text) <= self.left:
            self.left -= len(text)
            return text
        # Lone surrogates, which JSON can carry, are not text: no encoder downstream would accept them.
        raw = text.encode("utf-8", "replace")
        if len(raw) <= self.left:
            self.left -= len(raw)
            return raw.decode()
        self.cut = True
        kept, self.left = raw[: self.left], 0
        return kept.decode("utf-8", "ignore") + MARK

    def integer(self, number: int) -> int:
        """Return the number. It always fits, at the expense of what follows."""
        self.left -= NUMBER_BYTES
        return number

    def double(self, number: float) -> Value:
        """Return the number; NaN and the infinities, which JSON lacks, by their names in protobuf's JSON."""
        self.left -= NUMBER_BYTES
        if math.isfinite(number):
            return number
        self.plain = False
        if math.isnan(number):
            return from_special_double("NaN")
        return from_special_double("Infinity" if number > 0 else "-Infinity")

    def base64(self, encoded: str) -> Value:
        """Return bytes, given in base64; those that do not fit are cut at a whole group of three."""
        if len(encoded) > self.left:
            self.cut = True
            encoded = encoded[: max(self.left, 0) // 4 * 4]
        self.left -= len(encoded)
        self.plain = False
        return from_bytes(encoded)

    def map(self, content: dict[str, Value]) -> Value:
        """Return a map whose parts have been charged."""
        self.plain = False
        return from_map(content)

    def each(self, items: Sequence[T], read: Callable[[T, "ValueBudget"], V]) -> list[V]:
        """Return the items that fit. What is nested too deeply does not."""
        values: list[V] = []
        self.depth -= 1
        for item in items:
            if self.left <= 0 or self.depth < 0:
                self.cut = True
                break
            self.left -= ITEM_BYTES
            values.append(read(item, self))
        self.depth += 1
        return values


Reader: TypeAlias = Callable[[T, ValueBudget], tuple[str, Value]]
"""Decodes the key and the value of one attribute."""


class ReadAttribute(Struct, frozen=True, gc=False):
    """An attribute within its bounds, and what it takes of the span's budget."""

    key: str
    value: Value
    cost: int
    is_plain: bool
    is_cut: bool


class KnownAttributes(Generic[T]):
    """Attributes of one message that were read before, by how they are encoded: most occur in span after span."""

    __slots__ = ("_found", "find")

    def __init__(self) -> None:
        self._found: dict[T, ReadAttribute] = {}
        self.find = self._found.get
        """Returns the attribute that is encoded so, or None."""

    def add(self, encoded: T, attribute: ReadAttribute) -> None:
        """Remember one, unless there are too many."""
        if len(self._found) < MOST_KNOWN:
            self._found[encoded] = attribute


class SpanBudget:
    """The budget shared by all values of one span, and what was cut."""

    __slots__ = ("_left", "_limits", "cut_attributes", "cut_events", "cut_links", "cut_values")

    def __init__(self, limits: IngestLimits) -> None:
        self._limits = limits
        self._left = limits.span_value_bytes
        self.cut_attributes = self.cut_values = self.cut_events = self.cut_links = 0

    def attributes(self, items: Sequence[T], read: Reader[T]) -> dict[str, Value]:
        """Return the first attributes, their values within bounds. The last of equal keys counts, as in protobuf."""
        return self._first_attributes(items, read, None)[0]

    def split_attributes(
        self, items: Sequence[T], read: Reader[T], known: KnownAttributes[T] | None = None
    ) -> tuple[dict[str, AttributeValue], dict[str, Value]]:
        """Return the same as pages are given them, and those that differ from it as they came."""
        found, all_plain = self._first_attributes(items, read, known)
        if all_plain:
            return found, {}  # type: ignore[return-value]  # each of them is plain
        exact = {key: value for key, value in found.items() if not is_plain(value)}
        return {key: to_plain(value) for key, value in found.items()}, exact

    def _first_attributes(
        self, items: Sequence[T], read: Reader[T], known: KnownAttributes[T] | None
    ) -> tuple[dict[str, Value], bool]:
        """Return the attributes, and whether all are plain."""
        most, most_bytes, left = self._limits.attributes, self._limits.value_bytes, self._left
        found: dict[str, Value] = {}
        all_plain = True
        for place, item in enumerate(items):
            if place == most or left <= 0:
                self.cut_attributes += len(items) - place
                break
            attribute = known.find(item) if known is not None and left >= most_bytes else None
            if attribute is None:
                attribute = self._read(item, read, min(left, most_bytes))
                if known is not None and left >= most_bytes:
                    known.add(item, attribute)
            found[attribute.key] = attribute.value
            left -= attribute.cost
            if not attribute.is_plain:
                all_plain = False
            if attribute.is_cut:
                self.cut_values += 1
        self._left = left
        return found, all_plain

    def _read(self, item: T, read: Reader[T], granted: int) -> ReadAttribute:
        budget = ValueBudget(granted, self._limits.depth)
        key, value = read(item, budget)
        if not key.isascii() or len(key) > self._limits.key_bytes:
            key = ValueBudget(self._limits.key_bytes, 0).text(key)
        cost = granted - budget.left + len(key)
        return ReadAttribute(key, value, cost if budget.plain else 2 * cost, budget.plain, budget.cut)

    def name(self, name: str) -> str:
        """Return the name of a span or an event within its own bound."""
        if name.isascii() and len(name) <= self._limits.name_bytes:
            return name
        budget = ValueBudget(self._limits.name_bytes, 0)
        name = budget.text(name)
        self.cut_values += budget.cut
        return name

    def first_events(self, items: Sequence[T]) -> Sequence[T]:
        """Return as many events as are kept of a span."""
        self.cut_events += max(0, len(items) - self._limits.events)
        return items[: self._limits.events]

    def first_links(self, items: Sequence[T]) -> Sequence[T]:
        """Return as many links as are kept of a span."""
        self.cut_links += max(0, len(items) - self._limits.links)
        return items[: self._limits.links]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was cut."""
        return not (self.cut_attributes or self.cut_values or self.cut_events or self.cut_links)

    def cut_marks(self) -> dict[str, AttributeValue]:
        """Return attributes that say what was cut; none when the span is whole."""
        counts = {
            CUT_ATTRIBUTES: self.cut_attributes,
            CUT_VALUES: self.cut_values,
            CUT_EVENTS: self.cut_events,
            CUT_LINKS: self.cut_links,
        }
        return {name: count for name, count in counts.items() if count}
