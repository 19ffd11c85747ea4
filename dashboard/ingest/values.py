"""Bounds attribute values and makes them safe as JSON: what is too long is truncated, counted and marked.

Both readers (`protobuf_span.py`, `json_span.py`) walk their values with a `ValueBudget`, which limits how much is
read.
"""

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

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


class SpanBudget:
    """The budget shared by all values of one span, and what was cut."""

    __slots__ = ("_left", "_limits", "cut_attributes", "cut_events", "cut_links", "cut_values")

    def __init__(self, limits: IngestLimits) -> None:
        self._limits = limits
        self._left = limits.span_value_bytes
        self.cut_attributes = 0
        self.cut_values = 0
        self.cut_events = 0
        self.cut_links = 0

    def attributes(self, items: Sequence[T], read: Reader[T]) -> dict[str, Value]:
        """Return the first attributes, their values within bounds. The last of equal keys counts, as in protobuf."""
        limits = self._limits
        found: dict[str, Value] = {}
        budget = ValueBudget(0, limits.depth)
        for place, item in enumerate(items):
            if place == limits.attributes or self._left <= 0:
                self.cut_attributes += len(items) - place
                break
            granted = budget.left = min(self._left, limits.value_bytes)
            key, value = read(item, budget)
            if not key.isascii() or len(key) > limits.key_bytes:
                key = ValueBudget(limits.key_bytes, 0).text(key)
            found[key] = value
            self._left -= granted - budget.left + len(key)
            if not budget.plain:
                self._left -= granted - budget.left + len(key)
                budget.plain = True
            if budget.cut:
                self.cut_values += 1
                budget.cut = False
        return found

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


def split_plain(values: dict[str, Value]) -> tuple[dict[str, AttributeValue], dict[str, Value]]:
    """Return the values as pages are given them, and those that differ from it as they came."""
    if all(map(is_plain, values.values())):
        return values, {}  # type: ignore[return-value]  # each of them is plain
    exact = {key: value for key, value in values.items() if not is_plain(value)}
    return {key: to_plain(value) for key, value in values.items()}, exact
