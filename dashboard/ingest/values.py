"""Attribute values within bounds and safe as JSON: cut where they are too long, counted and marked.

Both readers (`protobuf.py`, `otlp_json.py`) walk their values with a `Room`, which says how much more of it is
wanted.
"""

import json
import math
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from dashboard.ingest.limits import IngestLimits
from dashboard.traces.span import AttributeValue, Scalar

Value: TypeAlias = Scalar | list["Value"] | dict[str, "Value"]
"""A decoded value; an attribute holds its maps as JSON text."""

NUMBER_BYTES = 8
ITEM_BYTES = 2
"""What an item of an array or a map takes besides what is in it: else a million empty ones would be free."""
MARK = "…"
CUT_ATTRIBUTES = "gatescope.cut.attributes"
CUT_VALUES = "gatescope.cut.values"
CUT_EVENTS = "gatescope.cut.events"

T = TypeVar("T")
V = TypeVar("V")


class Room:
    """The bytes left for one value, and whether something of it had to go."""

    __slots__ = ("cut", "depth", "left")

    def __init__(self, left: int, depth: int) -> None:
        self.left = left
        self.depth = depth
        self.cut = False

    def text(self, text: str) -> str:
        """As much of the text as there is room for, whole characters; a mark says that it was cut."""
        # Lone surrogates, which JSON can carry, are no text: no encoder downstream would take them.
        raw = text.encode("utf-8", "replace")
        if len(raw) <= self.left:
            self.left -= len(raw)
            return text if text.isascii() else raw.decode()
        self.cut = True
        kept, self.left = raw[: self.left], 0
        return kept.decode("utf-8", "ignore") + MARK

    def integer(self, number: int) -> int:
        """The number, which always has room; it takes its share from what follows."""
        self.left -= NUMBER_BYTES
        return number

    def double(self, number: float) -> float | str:
        """The number; NaN and the infinities, which JSON has not, by the names that protobuf's JSON gives them."""
        self.left -= NUMBER_BYTES
        if math.isnan(number):
            return "NaN"
        if math.isinf(number):
            return "Infinity" if number > 0 else "-Infinity"
        return number

    def each(self, items: Sequence[T], read: Callable[[T, "Room"], V]) -> list[V]:
        """The items for which there is room. Too deep a nesting counts as no room."""
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


Reader: TypeAlias = Callable[[T, Room], tuple[str, Value]]
"""Reads the key and the value of one attribute in its encoding."""


class SpanRoom:
    """The room that all values of one span share, and what was cut of them."""

    def __init__(self, limits: IngestLimits) -> None:
        self._limits = limits
        self._left = limits.span_value_bytes
        self.cut_attributes = 0
        self.cut_values = 0
        self.cut_events = 0

    def attributes(self, items: Sequence[T], read: Reader[T]) -> dict[str, AttributeValue]:
        """The first attributes, their values within bounds. The last of equal keys counts, as in protobuf maps."""
        limits = self._limits
        found: dict[str, AttributeValue] = {}
        for place, item in enumerate(items):
            if place == limits.attributes or self._left <= 0:
                self.cut_attributes += len(items) - place
                break
            granted = min(limits.value_bytes, self._left)
            room = Room(granted, limits.depth)
            key, value = read(item, room)
            found[self.key(key)] = as_attribute(value)
            self._left -= granted - room.left
            self.cut_values += room.cut
        return found

    def key(self, key: str) -> str:
        """A key within its own bound."""
        room = Room(self._limits.key_bytes, 0)
        key = room.text(key)
        self._left -= len(key)
        return key

    def name(self, name: str) -> str:
        """The name of a span or an event within its own bound."""
        room = Room(self._limits.name_bytes, 0)
        name = room.text(name)
        self.cut_values += room.cut
        return name

    def first_events(self, items: Sequence[T]) -> Sequence[T]:
        """As many events as are kept of a span."""
        self.cut_events += max(0, len(items) - self._limits.events)
        return items[: self._limits.events]

    def marks(self) -> dict[str, AttributeValue]:
        """Attributes that say what was cut; none when the span is whole."""
        counts = {CUT_ATTRIBUTES: self.cut_attributes, CUT_VALUES: self.cut_values, CUT_EVENTS: self.cut_events}
        return {name: count for name, count in counts.items() if count}


def as_attribute(value: Value) -> AttributeValue:
    """The value as an attribute holds it.

    The outermost map becomes text, once: text within text within text would double every quote at each level.
    """
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, list):
        return [as_attribute(item) for item in value]
    return value
