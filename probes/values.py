"""The attributes of a stage: what a value may be, how long and how many, and those that never change.

Bounds hold from the moment a value is set, so that a stage in the queue keeps no megabytes of somebody's SQL alive.
Whether OTLP can carry a value at all is found out where it is written.
"""

from collections.abc import Callable

from .types import Attributes, Value

ATTRIBUTE_CHARACTERS = 4_096
"""Longest text in one attribute; the receiver refuses longer ones."""
ATTRIBUTES_A_SPAN = 128
EVENTS_A_SPAN = 16


class FixedAttributes(dict[str, Value]):
    """Attributes that are the same each time a stage is opened: they are written once and kept as bytes.

    ``later`` returns some that take long to find, such as source code. It is called once, when the attributes are
    first written, on the sender's thread and never inside a request.
    """

    __slots__ = ("_later", "text", "written")

    def __init__(self, described: Attributes | None = None, later: Callable[[], Attributes] | None = None) -> None:
        super().__init__(clean_attributes(described) if described else {})
        self._later = later
        self.written: bytes | None = None
        """These attributes as fields of a span but for a source text, once they have been written."""
        self.text: tuple[str, bytes] | None = None
        """The key of the source text among them and its field, which only some spans carry."""

    def complete(self) -> None:
        """Add what ``later`` returns."""
        later, self._later = self._later, None
        if later is not None:
            self.update(clean_attributes(later()))


NOTHING_FIXED = FixedAttributes()


def clean_attributes(described: Attributes) -> dict[str, Value]:
    """Return a copy of ``described`` with values that a span may have."""
    return {key: clean(value) for key, value in described.items()}


def clean(value: Value) -> Value:
    """Return ``value``; text is cut, and made such that UTF-8 can encode it."""
    kind = type(value)
    if kind is int or kind is bool or kind is float:
        return value
    if isinstance(value, str):
        return value if len(value) <= ATTRIBUTE_CHARACTERS and value.isascii() else clean_text(value)
    if isinstance(value, list | tuple) and value and isinstance(value[0], str):
        return [clean_text(item) for item in value if isinstance(item, str)]
    return value


def clean_text(text: str) -> str:
    """Return ``text`` cut, and without lone surrogates, which no message could carry."""
    text = text[:ATTRIBUTE_CHARACTERS]
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
