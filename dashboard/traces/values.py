"""What an attribute holds: a value of JSON wherever it has one, and a marked object where it has none. Pure.

Text, whole numbers, doubles, truth values and arrays are themselves, a map is an object, an empty value is null. JSON
lacks bytes, NaN and the infinities: they are objects with the one member that OTLP/JSON gives them, such as
``{"bytesValue": "AAEC"}``. A map that looks like such an object is itself wrapped: ``{"kvlistValue": {…}}``.
"""

import json
from collections.abc import Mapping
from typing import TypeAlias, cast

from dashboard.types import JsonObject, JsonValue

Scalar: TypeAlias = str | int | float | bool | None
AttributeValue: TypeAlias = Scalar | list["AttributeValue"]
"""A value as pages and scripts are given it: a map is JSON text, bytes are base64."""
Attributes: TypeAlias = Mapping[str, AttributeValue]
Value: TypeAlias = Scalar | list["Value"] | dict[str, "Value"]
"""A value as it came."""
Values: TypeAlias = Mapping[str, Value]

BYTES, DOUBLE, MAP = "bytesValue", "doubleValue", "kvlistValue"
MARKS = {BYTES, DOUBLE, MAP}


def from_bytes(base64: str) -> Value:
    """Return the value for bytes, given in base64."""
    return {BYTES: base64}


def from_special_double(name: str) -> Value:
    """Return the value for a double that JSON lacks: "NaN", "Infinity" or "-Infinity"."""
    return {DOUBLE: name}


def from_map(content: dict[str, Value]) -> Value:
    """Return the value for a map."""
    return {MAP: content} if len(content) == 1 and not MARKS.isdisjoint(content) else content


def is_plain(value: Value) -> bool:
    """Return whether a page or a script can be given the value as it is."""
    kind = type(value)
    return kind is str or kind is int or kind is bool or kind is float or (kind is list and _all_plain(value))


def _all_plain(values: Value) -> bool:
    return isinstance(values, list) and all(is_plain(value) for value in values)


def to_plain(value: Value) -> AttributeValue:
    """Return the value as pages and scripts are given it.

    Only the outermost map becomes text: text within text within text would double every quote at each level.
    """
    if value is None:
        return ""
    if isinstance(value, list):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        readable = _readable(value)
        return readable if isinstance(readable, str) else json.dumps(readable)
    return value


def _readable(value: Value) -> Value:
    """Return the value without marks: bytes and special numbers as text."""
    if value is None:
        return ""
    if isinstance(value, list):
        return [_readable(item) for item in value]
    if not isinstance(value, dict):
        return value
    mark, content = _unmark(value)
    if mark in {BYTES, DOUBLE}:
        return content
    return {key: _readable(item) for key, item in content.items()} if isinstance(content, dict) else ""


def _unmark(value: dict[str, Value]) -> tuple[str, Value]:
    """Return which kind of value an object is, and its content."""
    if len(value) == 1:
        [(mark, content)] = value.items()
        if mark in MARKS:
            return mark, content
    return MAP, value


def as_values(attributes: Attributes) -> dict[str, Value]:
    """Return plain attributes as values, which they are."""
    return cast("dict[str, Value]", dict(attributes))


def to_any_value(value: Value) -> JsonObject:  # noqa: PLR0911 - one line a kind
    """Return the value as an AnyValue of OTLP/JSON (opentelemetry/proto/common/v1/common.proto)."""
    match value:
        case None:
            return {}
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {DOUBLE: value}
        case str():
            return {"stringValue": value}
        case list():
            return {"arrayValue": {"values": [to_any_value(item) for item in value]}}
    mark, content = _unmark(value)
    if isinstance(content, dict):
        return {MAP: {"values": to_key_values(content)}}
    plain: JsonValue = content if isinstance(content, str) else ""
    return {mark: plain}


def to_key_values(values: Values) -> list[JsonObject]:
    """Return the values as a list of KeyValue of OTLP/JSON."""
    return [{"key": key, "value": to_any_value(value)} for key, value in values.items()]
