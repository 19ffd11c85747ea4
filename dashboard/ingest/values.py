"""Bounds attribute values and makes them safe as JSON: what is too long is truncated, counted and marked.

Both readers (`protobuf.py`, `otlp_json.py`) walk their values with a `ValueBudget`, which limits how much is read.
"""

import json
import math
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from dashboard.ingest.limits import IngestLimits
from dashboard.traces.attributes import CUT_ATTRIBUTES, CUT_EVENTS, CUT_VALUES
from dashboard.traces.span import AttributeValue, Scalar

Value: TypeAlias = Scalar | list["Value"] | dict[str, "Value"]
"""A decoded value; an attribute holds its maps as JSON text."""

NUMBER_BYTES = 8
ITEM_BYTES = 2
"""Charged for each item of an array or a map besides its content: otherwise a million empty ones would be free."""
MARK = "…"

T = TypeVar("T")
V = TypeVar("V")


class ValueBudget:
    """The bytes left for one value, and whether some of it was cut."""

    __slots__ = ("cut", "depth", "left")

    def __init__(self, left: int, depth: int) -> None:
        self.left = left
        self.depth = depth
        self.cut = False

    def text(self, text: str) -> str:
        """Return as many whole characters of the text as fit, with a mark if it was cut."""
        # Lone surrogates, which JSON can carry, are not text: no encoder downstream would accept them.
        raw = text.encode("utf-8", "replace")
        if len(raw) <= self.left:
            self.left -= len(raw)
            return text if text.isascii() else raw.decode()
        self.cut = True
        kept, self.left = raw[: self.left], 0
        return kept.decode("utf-8", "ignore") + MARK

    def integer(self, number: int) -> int:
        """Return the number. It always fits, at the expense of what follows."""
        self.left -= NUMBER_BYTES
        return number

    def double(self, number: float) -> float | str:
        """Return the number; NaN and the infinities, which JSON lacks, by their names in protobuf's JSON."""
        self.left -= NUMBER_BYTES
        if math.isnan(number):
            return "NaN"
        if math.isinf(number):
            return "Infinity" if number > 0 else "-Infinity"
        return number

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

    def __init__(self, limits: IngestLimits) -> None:
        self._limits = limits
        self._left = limits.span_value_bytes
        self.cut_attributes = 0
        self.cut_values = 0
        self.cut_events = 0

    def attributes(self, items: Sequence[T], read: Reader[T]) -> dict[str, AttributeValue]:
        """Return the first attributes, their values within bounds. The last of equal keys counts, as in protobuf."""
        limits = self._limits
        found: dict[str, AttributeValue] = {}
        for place, item in enumerate(items):
            if place == limits.attributes or self._left <= 0:
                self.cut_attributes += len(items) - place
                break
            granted = min(limits.value_bytes, self._left)
            budget = ValueBudget(granted, limits.depth)
            key, value = read(item, budget)
            found[self.key(key)] = to_attribute(value)
            self._left -= granted - budget.left
            self.cut_values += budget.cut
        return found

    def key(self, key: str) -> str:
        """Return the key within its own bound."""
        budget = ValueBudget(self._limits.key_bytes, 0)
        key = budget.text(key)
        self._left -= len(key)
        return key

    def name(self, name: str) -> str:
        """Return the name of a span or an event within its own bound."""
        budget = ValueBudget(self._limits.name_bytes, 0)
        name = budget.text(name)
        self.cut_values += budget.cut
        return name

    def first_events(self, items: Sequence[T]) -> Sequence[T]:
        """Return as many events as are kept of a span."""
        self.cut_events += max(0, len(items) - self._limits.events)
        return items[: self._limits.events]

    def cut_marks(self) -> dict[str, AttributeValue]:
        """Return attributes that say what was cut; none when the span is whole."""
        counts = {CUT_ATTRIBUTES: self.cut_attributes, CUT_VALUES: self.cut_values, CUT_EVENTS: self.cut_events}
        return {name: count for name, count in counts.items() if count}


def to_attribute(value: Value) -> AttributeValue:
    """Return the value as an attribute holds it.

    Only the outermost map becomes text: text within text within text would double every quote at each level.
    """
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, list):
        return [to_attribute(item) for item in value]
    return value
